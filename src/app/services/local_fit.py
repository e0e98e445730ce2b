"""Whether the model files on this machine fit it, said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.domain.errors import AppError
from app.domain.fit import Fit, Machine, forecast
from app.domain.language_model import LoadRequest, ModelFile
from app.domain.model_shape import ModelShape, estimated_shape
from app.library.fit import shape_of_file
from app.services.fit_text import fit_text
from app.services.machine import with_device, without_devices
from app.services.measuring import PlannedLoad

MOST_READ: Final = 100
"""So many headers are read for an exact shape, some 30 ms each; the shapes of further files are estimates."""


def fit_texts(
    model_files: Sequence[ModelFile],
    machine: Machine,
    unloaded_bytes: int = 0,
    loads: Mapping[str, PlannedLoad] = MappingProxyType({}),
) -> dict[str, str]:
    """Returns by name whether each model file fits, when ``unloaded_bytes`` of memory have been given back.

    ``loads`` tells by name how a model file would be loaded.
    """
    return {
        model_file.name: fit_text(
            fit_of(
                _shape(model_file, at),
                machine,
                loads.get(model_file.name) or PlannedLoad(LoadRequest(str(model_file.path), model_file.name)),
                unloaded_bytes,
            )
        )
        for at, model_file in enumerate(model_files)
    }


def fit_of(shape: ModelShape, machine: Machine, load: PlannedLoad, unloaded_bytes: int = 0) -> Fit:
    """Returns the forecast for a load with its device, its layers, its options and its adapters."""
    request = load.request
    machine = machine_of(machine, request)
    adapters = sum(_file_bytes(adapter.path) for adapter in request.options.adapters if adapter.scale)
    return forecast(
        replace(shape, weight_bytes=shape.weight_bytes + adapters),
        machine,
        n_ctx=request.n_ctx,
        unloaded_bytes=unloaded_bytes,
        options=request.options,
        most_layers=request.n_gpu_layers,
        measured=load.measured,
    )


def machine_of(machine: Machine, request: LoadRequest) -> Machine:
    """Returns the machine with the devices that a load may use."""
    return without_devices(machine) if request.n_gpu_layers == 0 else with_device(machine, request.options.device)


def _file_bytes(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _shape(model_file: ModelFile, at: int) -> ModelShape:
    if at < MOST_READ:
        try:
            return _shape_of(model_file.path, model_file.bytes, model_file.path.stat().st_mtime_ns)
        except (AppError, OSError):
            pass  # it changed since it was listed
    return estimated_shape(model_file.bytes, model_file.parameters, model_file.context_length)


@lru_cache(maxsize=MOST_READ)
def _shape_of(path: Path, _size: int, _modified_ns: int) -> ModelShape:
    """Reads a header once: the forecast is made anew after every change of the list, with the memory that is free."""
    return shape_of_file(path)
