"""Keeps what a load really took of memory, and finds it again for the next forecast of the same load."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import MeasuredMemory, Reduced
from app.domain.load_options import CPU
from app.domain.model_shape import DEFAULT_CONTEXT, padded
from app.storage.measured_memory import MeasuredMemoryStore


@dataclass(frozen=True)
class PlannedLoad:
    """How a model file would be loaded, and what that took before where it is known."""

    request: LoadRequest
    measured: MeasuredMemory | None = None


def keep_measured(store: MeasuredMemoryStore, info: ModelInfo) -> None:
    """Keeps what a load took, by how it was asked for."""
    request, measured = info.request, measured_of(info)
    if request is not None and measured is not None:
        store.keep(request.name, _size(request), load_name(request, info.n_ctx), measured)


def measured_of(info: ModelInfo) -> MeasuredMemory | None:
    """Returns what a load took of each device; None for one that had to be made smaller: it is not asked for again.

    The engine's process takes what is resident beside weights and cache; its compute buffers are not touched yet.
    """
    stepped = {Reduced.LAYERS, Reduced.BATCH, Reduced.DEVICE} & {entry.what for entry in info.reduced}
    if not info.memory or stepped:
        return None
    resident = sum(use.weights + use.cache for use in info.memory if use.device == CPU)
    return MeasuredMemory(info.memory, max(0, info.memory_bytes - resident), info.gpu_layers, info.layers)


def measured_load(store: MeasuredMemoryStore, request: LoadRequest, trained_context: int) -> MeasuredMemory | None:
    """Returns what this load took before, None where it is not known. ``trained_context`` is in tokens."""
    n_ctx = request.n_ctx or min(trained_context or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
    return store.get(request.name, _size(request), load_name(request, n_ctx))


def load_name(request: LoadRequest, n_ctx: int) -> str:
    """Returns what distinguishes loads of one model file: context, layers asked for, and all options."""
    values = {"n_ctx": padded(n_ctx), "n_gpu_layers": request.n_gpu_layers, **asdict(request.options)}
    return json.dumps(values, sort_keys=True)


def _size(request: LoadRequest) -> int:
    try:
        return Path(request.path).stat().st_size
    except OSError:
        return 0
