"""What a load took is kept, found again for the same load, and makes the next forecast exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.fit import FitKind, Machine
from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import DeviceUse, MeasuredMemory, Reduced, Reduction
from app.domain.load_options import LoadOptions
from app.domain.model_shape import ModelShape
from app.services.fit_text import fit_text
from app.services.local_fit import fit_of
from app.services.measuring import PlannedLoad, keep_measured, load_name, measured_load
from app.storage.database import Database
from app.storage.measured_memory import MeasuredMemoryStore

MIB = 1 << 20
GIB = 1 << 30
SHAPE = ModelShape(100 * MIB, 8, 4096, 4096, trained_context=4096)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MeasuredMemoryStore]:
    with Database.open(tmp_path / "skald.sqlite3") as database:
        yield MeasuredMemoryStore(database)


@pytest.fixture
def info(tmp_path: Path) -> ModelInfo:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"x" * 100)
    request = LoadRequest(str(path), "m")
    uses = (DeviceUse("CPU", 120 * MIB, 32 * MIB, 16 * MIB),)
    return ModelInfo("m", str(path), "llama", 1, 4096, 4096, 1, 0.1, 192 * MIB, True, memory=uses, request=request)


def test_the_same_load_is_known_again(store: MeasuredMemoryStore, info: ModelInfo) -> None:
    request = info.request
    assert request is not None
    assert measured_load(store, request, 4096) is None
    keep_measured(store, info)
    measured = measured_load(store, request, 4096)
    assert measured == MeasuredMemory(info.memory, 40 * MIB, 0, 0)
    assert measured_load(store, replace(request, n_ctx=4000), 4096) == measured, "llama.cpp pads the context"
    for other in (
        replace(request, n_ctx=2048),
        replace(request, n_gpu_layers=3),
        replace(request, options=LoadOptions(cache_type_k="q8_0")),
        replace(request, path="/gone.gguf"),
    ):
        assert measured_load(store, other, 4096) is None


def test_a_load_that_had_to_be_made_smaller_is_no_measure(store: MeasuredMemoryStore, info: ModelInfo) -> None:
    keep_measured(store, replace(info, reduced=(Reduction(Reduced.LAYERS, 33, 16),)))
    keep_measured(store, replace(info, request=None))
    keep_measured(store, replace(info, memory=()))
    assert info.request is not None
    assert measured_load(store, info.request, 4096) is None


def test_a_smaller_context_is_known_by_its_size(store: MeasuredMemoryStore, info: ModelInfo) -> None:
    keep_measured(store, replace(info, n_ctx=2048, reduced=(Reduction(Reduced.CONTEXT, 4096, 2048),)))
    assert info.request is not None
    assert measured_load(store, info.request, 4096) is None
    assert measured_load(store, replace(info.request, n_ctx=2048), 4096) is not None


def test_the_forecast_repeats_what_was_measured_while_it_fits(info: ModelInfo) -> None:
    assert info.request is not None
    measured = MeasuredMemory(info.memory, 40 * MIB, 0, 0)
    load = PlannedLoad(info.request, measured)
    fit = fit_of(SHAPE, Machine(4 * GIB, 8 * GIB), load)
    assert (fit.kind, fit.is_measured, fit.memory.used) == (FitKind.CPU, True, 208 * MIB)
    assert fit.devices == info.memory
    assert "measured" in fit_text(fit)
    crowded = fit_of(SHAPE, Machine(600 * MIB, 8 * GIB), load)
    assert (crowded.kind, crowded.is_measured) == (FitKind.TOO_BIG, False)
    on_gpu = replace(measured, devices=(DeviceUse("Vulkan0", 1, 1, 1), *info.memory))
    assert not fit_of(SHAPE, Machine(4 * GIB, 8 * GIB), PlannedLoad(info.request, on_gpu)).is_measured, "it is gone"


def test_what_names_a_load() -> None:
    names = json.loads(load_name(LoadRequest("/a", "a", options=LoadOptions(device="Vulkan0")), 1000))
    assert (names["n_ctx"], names["device"], names["n_gpu_layers"]) == (1024, "Vulkan0", -1)


def test_options_and_adapters_count(tmp_path: Path) -> None:
    from app.domain.load_options import LoraAdapter

    machine = Machine(4 * GIB, 8 * GIB)
    plain = fit_of(SHAPE, machine, PlannedLoad(LoadRequest("/a", "a")))
    small = fit_of(SHAPE, machine, PlannedLoad(LoadRequest("/a", "a", options=LoadOptions(cache_type_k="q8_0"))))
    assert small.memory.cache == plain.memory.cache * (8.5 + 16) / 32
    adapter = tmp_path / "lora.gguf"
    adapter.write_bytes(b"x" * 1000)
    options = LoadOptions(adapters=(LoraAdapter(str(adapter)), LoraAdapter("/gone"), LoraAdapter(str(adapter), 0.0)))
    with_adapter = fit_of(SHAPE, machine, PlannedLoad(LoadRequest("/a", "a", options=options)))
    assert with_adapter.memory.weights == plain.memory.weights + 1000
