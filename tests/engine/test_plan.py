"""Which devices and how many layers a load gets, with registries of the test's making and llama.cpp's own fitting."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

import pytest

from app.domain.language_model import LoadRequest
from app.domain.load_options import AUTOMATIC, CPU, LoadOptions
from app.domain.model_shape import ModelShape
from app.engine import plan as subject
from app.engine.devices import Device, DeviceType
from app.engine.llama_library import AbortFlag, llama, start_backends
from app.engine.load_parameters import context_parameters, model_parameters
from app.engine.plan import ALL, Plan, make_plan

GIB = 1 << 30
PROCESSOR = Device("CPU", "Intel", 8 * GIB, 16 * GIB)
BIG = Device("Vulkan0", "RTX", 7 * GIB, 8 * GIB, DeviceType.GPU, "0000:01:00.0")
SMALL = Device("Vulkan1", "GTX", 2 * GIB, 2 * GIB, DeviceType.GPU)
BUILT_IN = Device("Vulkan2", "Iris", 6 * GIB, 8 * GIB, DeviceType.IGPU)
SILENT = Device("Vulkan3", "?", 0, 0, DeviceType.GPU)
SHAPE = ModelShape(4 * GIB, 32, 65_536, 60_000)


def planned(
    monkeypatch: pytest.MonkeyPatch,
    devices: list[Device],
    *,
    layers: int = ALL,
    options: LoadOptions = AUTOMATIC,
    shape: ModelShape | None = SHAPE,
) -> tuple[Plan, list[int]]:
    """Returns the plan and ggml's pointers that llama.cpp is given; the pointer of a device is its number."""
    monkeypatch.setattr(subject, "registered_devices", lambda: [(at + 1, device) for at, device in enumerate(devices)])
    monkeypatch.setattr(subject, "_fit_function", lambda: None)
    settings = model_parameters(options)
    request = LoadRequest("/m.gguf", "m", n_gpu_layers=layers, options=options, shape=shape)
    plan = make_plan(request, settings, context_parameters(options, 8192, 1, AbortFlag()))
    assert settings.n_gpu_layers == plan.n_gpu_layers
    given: list[int] = []
    pointers = ctypes.cast(settings.devices, ctypes.POINTER(ctypes.c_void_p))
    while pointers[len(given)]:
        given.append(pointers[len(given)])
    return plan, given


def test_without_a_gpu_everything_is_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, given = planned(monkeypatch, [PROCESSOR, SILENT])
    assert (plan.gpus, plan.n_gpu_layers, given) == ((), 0, [])


def test_all_discrete_gpus_or_the_first_built_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned(monkeypatch, [PROCESSOR, BIG, BUILT_IN, SMALL])[1] == [2, 4]
    plan, given = planned(monkeypatch, [PROCESSOR, BUILT_IN, BUILT_IN])
    assert (plan.device_names, given) == (("Vulkan2",), [2])


def test_a_person_chooses_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [PROCESSOR, BIG, SMALL, BUILT_IN]
    plan, given = planned(monkeypatch, every, options=LoadOptions(device="Vulkan2"))
    assert (plan.device_names, given, plan.is_device_missing) == (("Vulkan2",), [4], False)
    assert planned(monkeypatch, every, options=LoadOptions(device=CPU))[1] == []
    plan, given = planned(monkeypatch, every, options=LoadOptions(device="CUDA9"))
    assert (given, plan.is_device_missing) == ([2, 3], True)


def test_a_person_chooses_the_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, given = planned(monkeypatch, [PROCESSOR, SMALL], layers=30)
    assert (plan.n_gpu_layers, plan.source, given) == (30, "person", [2])
    assert planned(monkeypatch, [PROCESSOR, BIG], layers=0)[1] == []


def test_the_estimate_goes_by_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned(monkeypatch, [PROCESSOR, BIG])[0].n_gpu_layers == ALL
    plan, _ = planned(monkeypatch, [PROCESSOR, SMALL])
    assert plan.source == "estimate"
    assert 4 <= plan.n_gpu_layers <= 12
    assert planned(monkeypatch, [PROCESSOR, SMALL], shape=None)[0].n_gpu_layers == ALL


@pytest.mark.skipif(sys.platform == "win32", reason="MSVC gives C++ functions other names")
def test_llama_cpp_s_own_fitting_can_be_called(random_model: Path) -> None:
    fit = subject._fit_function()
    if fit is None:
        pytest.skip("this build of llama.cpp brings no libllama-common")
    start_backends()
    settings, context = model_parameters(AUTOMATIC), context_parameters(AUTOMATIC, 512, 1, AbortFlag())
    most: Any = llama.llama_max_devices()
    split, margins = (ctypes.c_float * most)(), (ctypes.c_size_t * most)(*[1 << 20] * most)
    overrides = (subject._Override * llama.llama_max_tensor_buft_overrides())()
    arguments = (ctypes.byref(settings), ctypes.byref(context), split, overrides, margins, 512, None, 4)
    assert fit(str(random_model).encode(), *arguments) == 0
    assert (settings.n_gpu_layers, context.n_ctx) == (-1, 512)
    assert fit(b"/nowhere.gguf", *arguments) == 2
    if sys.platform == "linux":
        mapped = {
            line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libllama.so" in line
        }
        assert len(mapped) == 1, "two copies would not know each other's devices"
