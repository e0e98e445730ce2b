"""Says how a model is to be tuned: as was measured on this machine before, else by measuring, but not on battery."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import psutil

from app.domain.language_model import LoadRequest, ModelFile
from app.storage.tunings import TuningStore

ENGINE: Final = "llama-cpp-python"


def is_on_battery() -> bool:
    """Tells whether the machine runs on its battery now."""
    try:
        battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    except (OSError, RuntimeError):  # some machines have broken sensors
        return False
    return battery is not None and battery.power_plugged is False


def is_busy() -> bool:
    """Tells whether other programs want so much of the processor that nothing can be measured well now."""
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows tells none
        return False
    return load > _allowed_cores() / 2


def machine_id() -> str:
    """Returns text that tells this processor, its cores that may be used, and the engine from others."""
    try:
        engine = version(ENGINE)
    except PackageNotFoundError:
        engine = ""
    return "|".join(map(str, (_processor(), psutil.cpu_count(logical=False), _allowed_cores(), engine)))


def name_for(machine: str, model_file: ModelFile, request: LoadRequest) -> str:
    """Returns the name of a tuning: models of the same shape and size are equally fast, whatever they have learned."""
    shape = (model_file.architecture, model_file.quantization, model_file.parameters, model_file.bytes)
    how = (request.n_gpu_layers, request.n_ctx, request.n_threads, request.options)
    return hashlib.sha256(repr((machine, shape, how)).encode()).hexdigest()[:32]


class Tuner:
    """Completes load requests with what is known of this machine."""

    def __init__(
        self,
        store: TuningStore,
        is_on_battery: Callable[[], bool] = is_on_battery,
        is_busy: Callable[[], bool] = is_busy,
    ) -> None:
        """On battery, and while the machine is busy, nothing is measured: it is at a later load."""
        self._store = store
        self._is_on_battery = is_on_battery
        self._is_busy = is_busy

    def complete(self, model_file: ModelFile, request: LoadRequest) -> LoadRequest:
        """Returns ``request`` with the tuning that is kept, or with the name to keep one that is to be measured."""
        name = name_for(machine_id(), model_file, request)
        known = self._store.get(name)
        if known is None and (self._is_on_battery() or self._is_busy()):
            return request
        return replace(request, tuning=known, tune_as=name)


def _allowed_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    """Returns the processor's name; source on Linux: proc(5)."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line for line in lines if line.startswith(("model name", "CPU part", "Model", "isa"))]
    return names[0] if names else platform.machine()
