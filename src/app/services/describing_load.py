"""Says how a model file is loaded, from the general settings and its own; without looking at the file."""

from __future__ import annotations

from app.domain.language_model import LoadRequest, ModelFile
from app.storage.model_settings import GENERAL_LAYERS, ModelSettings
from app.storage.settings import Settings

AS_IN_GENERAL = ModelSettings()


def describe_load(model_file: ModelFile, settings: Settings, own: ModelSettings = AS_IN_GENERAL) -> LoadRequest:
    """Says how to load a model file: as the general settings have it, or as its ``own``."""
    return LoadRequest(
        path=str(model_file.path),
        name=model_file.name,
        n_ctx=own.n_ctx or settings.n_ctx,
        n_threads=settings.n_threads,
        n_gpu_layers=settings.n_gpu_layers if own.n_gpu_layers == GENERAL_LAYERS else own.n_gpu_layers,
        idle_seconds=settings.idle_unload_minutes * 60,
        options=own.options,
    )
