"""Opens a language model: the file is checked before llama.cpp sees it, and remembered once it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.domain.language_model import LoadRequest, ModelFile, ModelInfo
from app.library.checking import inspect_files
from app.library.library import Library
from app.services.engine import Engine
from app.storage.model_settings import ModelSettings
from app.storage.settings import Settings

_NOTHING_SET: Final = ModelSettings()


@dataclass(frozen=True)
class OpenedModel:
    """A model file and what the engine made of it."""

    file: ModelFile
    info: ModelInfo


def load_request(model_file: ModelFile, settings: Settings, own: ModelSettings = _NOTHING_SET) -> LoadRequest:
    """Checks a model file and says how to load it; what is set for this model alone (``own``) goes first.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    inspect_files(model_file)
    settings = own.over(settings)
    return LoadRequest(
        path=str(model_file.path),
        name=model_file.name,
        n_ctx=settings.n_ctx,
        n_threads=settings.n_threads,
        n_gpu_layers=settings.n_gpu_layers,
        idle_seconds=settings.idle_unload_minutes * 60,
    )


def open_model(
    engine: Engine,
    library: Library,
    name_or_path: str | None,
    settings: Settings,
    on_progress: Callable[[float], None],
    own_settings: Callable[[str], ModelSettings] = lambda _name: _NOTHING_SET,
) -> OpenedModel | None:
    """Loads what ``name_or_path`` means to the library; None when cancelled.

    ``on_progress`` gets fractions from 0 to 1; ``own_settings`` gives what is set for the model of a
    name. Raises what `Library.resolve` and the engine raise.
    """
    model_file = library.resolve(name_or_path)
    info = engine.load(load_request(model_file, settings, own_settings(model_file.name)), on_progress)
    if info is None:
        return None
    library.remember(model_file)
    return OpenedModel(model_file, info)
