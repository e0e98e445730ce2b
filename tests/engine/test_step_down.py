"""A load that memory is too short for becomes smaller by itself and says so, or says what would fit."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from tests.engine.conftest import asked, load, reply
from tests.gguf_files import Shape, write_llama

from app.domain.errors import ContextTooBig, EngineDied, ModelMissing, OutOfMemory
from app.domain.generation import FinishReason
from app.domain.language_model import LoadRequest
from app.domain.load_memory import Reduced, Reduction
from app.domain.load_options import CPU
from app.domain.model_shape import ModelShape
from app.engine import process as process_module
from app.engine.client import EngineClient
from app.engine.step_down import MOST_STEPS, SMALL_BATCH, StepDown
from app.engine.wire import LoadPlanned

MIB = 1 << 20
REQUEST = LoadRequest("/m.gguf", "m", shape=ModelShape(1, 32, 1, 1))
SHORT = OutOfMemory(name="m")
TOO_BIG = ContextTooBig(name="m", n_ctx=8192, most=4096)


@pytest.fixture(scope="session")
def broad_model(model_folder: Path) -> Path:
    """A model whose cache takes 16 KiB a token: 128 MiB for its 8,192 tokens."""
    return write_llama(model_folder / "broad.gguf", Shape(layers=4, width=1024, heads=8, feed_forward=64, n_ctx=8192))


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Has the client read this much available memory."""
    monkeypatch.setattr("app.engine.client.psutil.virtual_memory", lambda: SimpleNamespace(available=size))


def limited(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Lets engine processes allocate no more than ``size`` bytes of address space."""
    code = (
        f"import resource, runpy; resource.setrlimit(resource.RLIMIT_AS, ({size}, {size}));"
        "runpy.run_module('app.engine.host', run_name='__main__')"
    )
    monkeypatch.setattr(process_module, "host_command", lambda: [sys.executable, "-P", "-c", code])


def test_a_chosen_context_is_as_big_as_memory_holds(
    engine: EngineClient, broad_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, broad_model.stat().st_size + 80 * MIB)
    info = load(engine, broad_model)
    assert 3072 <= info.n_ctx <= 5120
    assert info.reduced == (Reduction(Reduced.CONTEXT, 8192, info.n_ctx),)
    assert reply(engine, asked(max_tokens=3, ignore_end=True))[1].reason is FinishReason.LENGTH
    free(monkeypatch, 40 * MIB)
    assert load(engine, broad_model, idle_seconds=60).n_ctx == 1024
    free(monkeypatch, 10 * MIB)
    with pytest.raises(ContextTooBig):
        load(engine, broad_model)


def test_a_context_that_was_asked_for_is_never_made_smaller(
    engine: EngineClient, broad_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, broad_model.stat().st_size + 80 * MIB)
    with pytest.raises(ContextTooBig) as raised:
        load(engine, broad_model, n_ctx=8192)
    most = int(raised.value.values["most"])
    assert raised.value.values["n_ctx"] == "8192"
    assert 3072 <= most <= 5120
    assert load(engine, broad_model, n_ctx=most).reduced == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_an_allocation_that_fails_takes_the_next_steps(
    engine: EngineClient, broad_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")  # other arenas reserve addresses that they can do without
    load(engine, broad_model, n_ctx=256)
    assert engine.pid is not None
    size = psutil.Process(engine.pid).memory_info().vms
    engine.unload()
    limited(monkeypatch, size + 70 * MIB)
    info = load(engine, broad_model)
    assert info.n_ctx in (2048, 4096)
    assert info.reduced == (Reduction(Reduced.BATCH, 512, SMALL_BATCH), Reduction(Reduced.CONTEXT, 8192, info.n_ctx))
    assert info.request == LoadRequest(str(broad_model), broad_model.stem)
    first = engine.pid
    assert load(engine, broad_model) == info
    assert engine.pid == first, "the same request has the same answer"
    assert reply(engine, asked(max_tokens=3, ignore_end=True))[1].reason is FinishReason.LENGTH
    with pytest.raises((ContextTooBig, EngineDied)):
        load(engine, broad_model, n_ctx=8192)
    limited(monkeypatch, size - broad_model.stat().st_size)
    with pytest.raises(OutOfMemory):
        load(engine, broad_model)


def planned(steps: StepDown, *, on_gpu: bool = True, n_ctx: int = 8192) -> None:
    batch = steps.request.options.n_batch
    layers = steps.request.n_gpu_layers
    gpus = ("Vulkan0",) if on_gpu and layers and steps.request.options.device != CPU else ()
    steps.plan = LoadPlanned(gpus, layers, steps.request.n_ctx or n_ctx, batch)


def test_layers_go_first() -> None:
    steps = StepDown(REQUEST)
    given = []
    while True:
        planned(steps)
        if not steps.can_follow(TOO_BIG):
            break
        given.append((steps.request.n_gpu_layers, steps.request.options.n_batch, steps.request.n_ctx))
    assert given == [(16, 512, 0), (8, 512, 0), (0, 512, 0), (0, SMALL_BATCH, 0)]
    assert len(given) == MOST_STEPS
    assert steps.reductions == (Reduction(Reduced.LAYERS, 33, 0), Reduction(Reduced.BATCH, 512, SMALL_BATCH))
    assert steps.request.options.device == CPU


def test_a_process_that_dies_on_a_gpu_has_no_memory_there() -> None:
    steps = StepDown(replace(REQUEST, n_gpu_layers=99, shape=None))
    planned(steps)
    assert steps.can_follow(EngineDied(log="", code=-6))
    assert steps.reductions == (Reduction(Reduced.LAYERS, 99, 49),)
    on_cpu = StepDown(REQUEST)
    planned(on_cpu, on_gpu=False)
    assert not on_cpu.can_follow(EngineDied(log="", code=-9))
    planned(on_cpu, on_gpu=False)
    on_cpu.has_weights = True
    assert on_cpu.can_follow(EngineDied(log="", code=-9)), "the OOM killer ends who makes a context too big"


def test_what_no_step_helps() -> None:
    for error in (ModelMissing(path="/m.gguf"), SHORT):
        steps = StepDown(REQUEST)
        planned(steps, on_gpu=False)
        assert not steps.can_follow(error)
    early = StepDown(REQUEST)
    assert not early.can_follow(TOO_BIG), "nothing was planned yet"
    asked_for = StepDown(replace(REQUEST, n_ctx=4096))
    planned(asked_for, on_gpu=False)
    assert asked_for.can_follow(TOO_BIG)
    planned(asked_for, on_gpu=False)
    assert not asked_for.can_follow(TOO_BIG), "the person chose the context"


def test_a_fitting_that_ends_the_process_is_not_tried_again() -> None:
    steps = StepDown(REQUEST, is_within_fit=True)
    assert steps.can_follow(EngineDied(log="", code=-6))
    assert (steps.is_fitting, steps.is_within_fit, steps.request, steps.reductions) == (False, False, REQUEST, ())
    assert not steps.can_follow(EngineDied(log="", code=-6))
