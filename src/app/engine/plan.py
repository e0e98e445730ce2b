"""Chooses devices and layers for a load, in the engine process: llama.cpp's own fitting, or our estimate without it.

``common_fit_params`` is C++ of ``libllama-common`` with plain arguments: it loads the model without its weights again
and again until all fits into the memory that is free (1 to 9 s with a GPU). It is found by the name that g++ and clang
give it; with MSVC, without that library, or where it fails, takes too long or ends the process (Vulkan without room for
the compute buffer), the forecast's arithmetic takes its place.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

from app.domain.fit import DeviceMemory, Machine, device_reserve, forecast
from app.domain.language_model import LoadRequest
from app.domain.load_options import CPU
from app.engine.devices import Device, DeviceType, registered_devices
from app.engine.llama_library import LOG_LEVEL_ERROR, llama

ALL: Final = -1

_FIT: Final = (
    "_Z17common_fit_paramsPKcP18llama_model_paramsP20llama_context_paramsPfP32llama_model_tensor_buft_overridePmjPK22"
    "common_fit_extra_model14ggml_log_level"
)
_SUCCESS: Final = 0


@dataclass
class Plan:
    """Where a load goes. ``n_gpu_layers`` is −1 for all layers; ``gpus`` are the devices that may get any.

    ``source`` says who chose: ``person``, ``llama.cpp``, ``estimate``, or ``none`` where nothing had to be.
    """

    gpus: tuple[Device, ...]
    n_gpu_layers: int
    source: str
    is_device_missing: bool = False
    _kept: tuple[object, ...] = ()

    @property
    def device_names(self) -> tuple[str, ...]:
        """ggml's names of the GPUs."""
        return tuple(device.name for device in self.gpus)


def make_plan(
    request: LoadRequest, settings: Any, context_settings: Any, on_fit: Callable[[], None] | None = None
) -> Plan:
    """Chooses, and writes the choice into ``settings`` (``llama_model_params``).

    ``on_fit`` is called before llama.cpp's own fitting, which is left out where it is None. What C refers to lives as
    long as the plan.
    """
    every = [(pointer, device) for pointer, device in registered_devices() if device.is_gpu]
    chosen = _chosen(every, request.options.device)
    is_missing = request.options.device not in ("", CPU) and not any(
        device.name == request.options.device for _, device in every
    )
    if not chosen or request.n_gpu_layers == 0 or request.options.device == CPU:
        none = (ctypes.c_void_p * 1)(None)
        settings.devices, settings.n_gpu_layers = ctypes.cast(none, ctypes.c_void_p), 0
        return Plan((), 0, "none", is_missing, (none,))
    pointers = (ctypes.c_void_p * (len(chosen) + 1))(*[pointer for pointer, _ in chosen], None)
    settings.devices = ctypes.cast(pointers, ctypes.c_void_p)
    gpus = tuple(device for _, device in chosen)
    plan = Plan(gpus, request.n_gpu_layers, "person", is_missing, (pointers,))
    if request.n_gpu_layers < 0:
        fitted = _fitted(request, settings, context_settings, plan, on_fit) if on_fit else None
        plan = fitted or _estimated(request, context_settings.n_ctx, plan)
    settings.n_gpu_layers = plan.n_gpu_layers
    return plan


def _chosen(every: list[tuple[int, Device]], name: str) -> list[tuple[int, Device]]:
    """Returns the device of this name, else those that llama.cpp uses: discrete ones, or the first integrated one."""
    named = [entry for entry in every if entry[1].name == name]
    discrete = [entry for entry in every if entry[1].type is DeviceType.GPU]
    return named or discrete or every[:1]


class _Override(ctypes.Structure):
    """``struct llama_model_tensor_buft_override``."""

    _fields_: ClassVar[Any] = [("pattern", ctypes.c_char_p), ("buft", ctypes.c_void_p)]


def _fitted(
    request: LoadRequest, settings: Any, context_settings: Any, plan: Plan, on_fit: Callable[[], None]
) -> Plan | None:
    """Returns what llama.cpp's fitting chooses, None where it is not there or fails."""
    fit = _fit_function()
    if fit is None:
        return None
    most = int(llama.llama_max_devices())
    split = (ctypes.c_float * most)()
    overrides = (_Override * int(llama.llama_max_tensor_buft_overrides()))()
    reserves = [device_reserve(device.total_bytes) for device in plan.gpus]
    margins = (ctypes.c_size_t * most)(*(reserves + [reserves[0]] * most)[:most])
    default = llama.llama_model_default_params()
    settings.n_gpu_layers = default.n_gpu_layers
    on_fit()
    status = fit(
        os.fsencode(request.path), ctypes.byref(settings), ctypes.byref(context_settings), split, overrides, margins,
        context_settings.n_ctx, None, LOG_LEVEL_ERROR,
    )  # fmt: skip
    if status != _SUCCESS:
        settings.tensor_split, settings.tensor_buft_overrides = default.tensor_split, None
        return None
    chosen = int(settings.n_gpu_layers)
    return replace(plan, n_gpu_layers=chosen, source="llama.cpp", _kept=(*plan._kept, split, overrides))


def _fit_function() -> Any:
    """Returns ``common_fit_params``, None where it cannot be called.

    The binding's wheel has its library in ``lib`` beside the package. It needs the very ``libllama`` that is loaded,
    which Linux finds by its name; macOS would load the one beside it a second time.
    """
    folder = Path(llama._lib._name).parent
    places = [folder, *([folder.parent.parent / "lib"] if sys.platform == "linux" else [])]
    for path in (path for place in places for path in place.glob("*llama-common.*")):
        try:
            found = getattr(ctypes.CDLL(str(path)), _FIT)
        except (OSError, AttributeError):
            continue
        found.restype = ctypes.c_int
        found.argtypes = [ctypes.c_char_p, *[ctypes.c_void_p] * 5, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_int]
        return found
    return None


def _estimated(request: LoadRequest, n_ctx: int, plan: Plan) -> Plan:
    """Returns our own choice; all layers where the shape of the model is not known."""
    if request.shape is None:
        return replace(plan, n_gpu_layers=ALL, source="estimate")
    gpus = tuple(DeviceMemory(device.name, device.free_bytes, device.total_bytes) for device in plan.gpus)
    machine = Machine(1 << 62, 1 << 62, gpus)
    fit = forecast(request.shape, machine, n_ctx=n_ctx, options=request.options)
    layers = ALL if fit.gpu_layers == fit.layers else fit.gpu_layers
    return replace(plan, n_gpu_layers=layers, source="estimate")
