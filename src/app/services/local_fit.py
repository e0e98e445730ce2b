"""Whether the model files on this machine fit it, said in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.domain.errors import AppError
from app.domain.fit import Machine, forecast
from app.domain.language_model import ModelFile
from app.domain.model_shape import ModelShape, estimated_shape
from app.library.fit import shape_of_file
from app.services.fit_text import fit_text

MOST_READ: Final = 100
"""So many headers are read for an exact shape, some 30 ms each; the shapes of further files are estimates."""


def fit_texts(model_files: Sequence[ModelFile], machine: Machine, unloaded_bytes: int = 0) -> dict[str, str]:
    """Returns by name whether each model file fits, when ``unloaded_bytes`` of memory have been given back."""
    return {
        model_file.name: fit_text(forecast(_shape(model_file, at), machine, unloaded_bytes=unloaded_bytes))
        for at, model_file in enumerate(model_files)
    }


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
