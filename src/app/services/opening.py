"""Opens a language model: the file is checked before llama.cpp sees it, and remembered once it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.language_model import LoadRequest, ModelFile, ModelInfo
from app.library.adapters import check_adapter
from app.library.checking import inspect_files
from app.library.fit import shape_of_file
from app.library.library import Library
from app.services.describing_load import AS_IN_GENERAL, describe_load
from app.services.engine import Engine
from app.services.tuning import Tuner
from app.storage.model_settings import ModelSettings
from app.storage.settings import Settings


@dataclass(frozen=True)
class OpenedModel:
    """A model file and what the engine made of it."""

    file: ModelFile
    info: ModelInfo


def load_request(
    model_file: ModelFile, settings: Settings, own: ModelSettings = AS_IN_GENERAL, tuner: Tuner | None = None
) -> LoadRequest:
    """Checks a model file and says how to load it: as the general settings have it, or as its ``own``.

    ``tuner`` knows what was measured for it on this machine, or has it measured. Raises ModelMissing, NotGguf,
    ModelTruncated, ModelDamaged, ModelRefused, AdapterUnsuitable.
    """
    inspect_files(model_file)
    request = describe_load(model_file, settings, own)
    for adapter in request.options.adapters:
        check_adapter(Path(adapter.path), model_file.architecture)
    request = replace(request, shape=shape_of_file(model_file.path))
    return request if tuner is None else tuner.complete(model_file, request)


def open_model(
    engine: Engine,
    library: Library,
    name_or_path: str | None,
    settings: Settings,
    on_progress: Callable[[float], None],
) -> OpenedModel | None:
    """Loads what ``name_or_path`` means to the library; None when cancelled.

    ``on_progress`` gets fractions from 0 to 1. Raises what `Library.resolve` and the engine raise.
    """
    model_file = library.resolve(name_or_path)
    info = engine.load(load_request(model_file, settings), on_progress)
    if info is None:
        return None
    library.remember(model_file)
    return OpenedModel(model_file, info)
