"""Devices, fitting and offload on a GPU that is really there; a software one (Mesa's lavapipe) will do.

``GGML_VK_VISIBLE_DEVICES=0`` with llama.cpp's Vulkan back end shows a software GPU that it passes over otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.conftest import asked, reply
from tests.gguf_files import Shape, write_llama

from app.domain.errors import AppError
from app.domain.generation import FinishReason
from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import Reduced
from app.domain.load_options import AUTOMATIC, CPU, LoadOptions
from app.engine import plan as plan_module
from app.engine.client import EngineClient
from app.engine.devices import Device, probe
from app.engine.llama_library import AbortFlag, start_backends
from app.engine.load_parameters import context_parameters, model_parameters
from app.engine.plan import ALL, make_plan
from app.library.fit import shape_of_file

MIB = 1 << 20
SHAPE = Shape(layers=4, width=256, heads=4, feed_forward=512, n_ctx=1024)


@pytest.fixture(scope="session")
def gpus() -> tuple[Device, ...]:
    try:
        found = tuple(device for device in probe().devices if device.is_gpu)
    except AppError as error:
        pytest.skip(f"the engine cannot be asked for its devices: {error}")
    if not found:
        pytest.skip("the engine finds no GPU here, not even a software one")
    return found


@pytest.fixture(scope="session")
def gpu_model(model_folder: Path) -> Path:
    return write_llama(model_folder / "gpu.gguf", SHAPE, n_vocab=2000, seed=5)


def load(client: EngineClient, path: Path, layers: int = ALL, options: LoadOptions = AUTOMATIC) -> ModelInfo:
    request = LoadRequest(str(path), path.stem, n_gpu_layers=layers, options=options, shape=shape_of_file(path))
    info = client.load(request, lambda _: None)
    assert info is not None
    return info


def answer(client: EngineClient) -> str:
    text, end = reply(client, asked("Tell me a story. " * 5, max_tokens=16, ignore_end=True))
    assert end.reason is FinishReason.LENGTH
    return text


def test_replies_are_those_of_the_cpu_whatever_is_offloaded(
    engine: EngineClient, gpu_model: Path, gpus: tuple[Device, ...]
) -> None:
    none = load(engine, gpu_model, 0)
    assert (none.gpu_layers, [use.device for use in none.memory]) == (0, [CPU])
    expected = answer(engine)
    part = load(engine, gpu_model, 2)
    assert (part.gpu_layers, part.layers) == (2, SHAPE.layers + 1)
    assert answer(engine)[:8] == expected[:8]
    whole = load(engine, gpu_model)
    assert whole.gpu_layers == whole.layers
    assert answer(engine)[:8] == expected[:8]
    assert whole.memory[0].device == gpus[0].name
    assert whole.gpus[0].free_bytes > 0
    assert whole.memory[0].weights > part.memory[0].weights > 0
    assert whole.memory[0].cache > part.memory[0].cache > 0


def test_a_person_chooses_the_device(engine: EngineClient, gpu_model: Path, gpus: tuple[Device, ...]) -> None:
    chosen = load(engine, gpu_model, options=LoadOptions(device=gpus[-1].name))
    assert (chosen.memory[0].device, chosen.reduced) == (gpus[-1].name, ())
    assert load(engine, gpu_model, options=LoadOptions(device=CPU)).gpu_layers == 0
    gone = load(engine, gpu_model, options=LoadOptions(device="Vulkan77"))
    assert [entry.what for entry in gone.reduced] == [Reduced.DEVICE]
    assert gone.gpu_layers == gone.layers


@pytest.mark.parametrize("name", ["q8_0", "q4_0", "f32", "bf16"])
def test_types_of_the_cache(engine: EngineClient, gpu_model: Path, gpus: tuple[Device, ...], name: str) -> None:
    assert gpus
    load(engine, gpu_model, options=LoadOptions(cache_type_k=name, cache_type_v=name))
    assert answer(engine)


@pytest.mark.parametrize("layers", [99, ALL])
def test_a_cache_that_the_gpu_cannot_hold_goes_to_the_machine_s_memory(
    engine: EngineClient, model_folder: Path, gpus: tuple[Device, ...], layers: int
) -> None:
    """With all layers asked for the allocation fails; with the choice left to llama.cpp its fitting may abort."""
    if gpus[0].total_bytes > 4096 * MIB:
        pytest.skip("this GPU is too big to be filled by a test")
    shape = Shape(layers=4, width=1024, heads=8, feed_forward=64, n_ctx=1 << 20)
    path = write_llama(model_folder / "long.gguf", shape)
    n_ctx = gpus[0].total_bytes * 3 // 2 // (16 * 1024)
    request = LoadRequest(str(path), "long", n_ctx, n_gpu_layers=layers, shape=shape_of_file(path))
    info = engine.load(request, lambda _: None)
    assert info is not None
    assert info.n_ctx >= n_ctx, "a person chose it"
    assert info.gpu_layers < shape.layers
    assert Reduced.LAYERS in [entry.what for entry in info.reduced] or layers == ALL


@pytest.mark.parametrize("is_llama_cpp_asked", [True, False])
def test_layers_go_by_free_memory(
    gpu_model: Path, gpus: tuple[Device, ...], monkeypatch: pytest.MonkeyPatch, is_llama_cpp_asked: bool
) -> None:
    start_backends()
    if not is_llama_cpp_asked:
        monkeypatch.setattr(plan_module, "_fit_function", lambda: None)
    elif plan_module._fit_function() is None:
        pytest.skip("this build of llama.cpp brings no libllama-common")
    layers = []
    for left in (500, 18, 1):  # MiB on the GPU beside what has to stay free
        reserve = gpus[0].free_bytes - left * MIB
        for module in ("app.engine.plan", "app.domain.fit"):
            monkeypatch.setattr(f"{module}.device_reserve", lambda _total, reserve=reserve: reserve)
        options = LoadOptions(device=gpus[0].name)
        request = LoadRequest(str(gpu_model), "m", options=options, shape=shape_of_file(gpu_model))
        plan = make_plan(
            request, model_parameters(options), context_parameters(options, 1024, 1, AbortFlag()), lambda: None
        )
        assert plan.source == ("llama.cpp" if is_llama_cpp_asked else "estimate")
        layers.append(plan.n_gpu_layers)
    whole, part, none = layers
    assert whole == ALL or whole > SHAPE.layers
    assert 0 < part <= SHAPE.layers
    assert none <= 0 or none < part
