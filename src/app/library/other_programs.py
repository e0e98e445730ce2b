"""Finds the model files of other programs on this machine; they are used in place and only ever read.

Where they are:

- Hugging Face cache: ``HF_HUB_CACHE``, ``HF_HOME``, https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
- LM Studio: ``models/publisher/name/file.gguf`` below its home (``~/.lmstudio``, ``~/.cache/lm-studio``, or what
  ``~/.lmstudio-home-pointer`` says), and ``downloadsFolder`` of its settings, https://lmstudio.ai/docs/app/advanced/import-model
- Jan: ``llamacpp/models/<id>/model.yml`` names the file, relative to the data folder,
  https://github.com/janhq/jan/pull/5087; older versions have plain files in ``models``
- GPT4All: plain files in its data folder, ``modelPath`` of its settings,
  https://github.com/nomic-ai/gpt4all/blob/main/gpt4all-chat/src/mysettings.cpp
- Ollama: see `app.library.ollama_store`
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from app.library.folder_walk import Walk, is_projector, model_files
from app.library.found_model import GPT4ALL, HUGGINGFACE, JAN, LM_STUDIO, FoundModel
from app.library.model_names import repository_model_name
from app.library.ollama_store import ollama_models
from app.library.program_files import read_line, read_object, read_text
from app.library.snapshots import models_in_cache
from app.library.split_files import parts_of, stem_of, whole_models
from app.library.surroundings import Surroundings

_JAN_DEEPEST: Final = 4


def models_of_other_programs(surroundings: Surroundings) -> list[FoundModel]:
    """Returns the models of every known program; one that two programs name by the same path is there once."""
    found: dict[Path, FoundModel] = {}
    for model in (
        *hugging_face_models(surroundings),
        *lm_studio_models(surroundings),
        *ollama_models(surroundings),
        *jan_models(surroundings),
        *gpt4all_models(surroundings),
    ):
        found.setdefault(model.path, model)
    return list(found.values())


def hugging_face_models(surroundings: Surroundings) -> list[FoundModel]:
    """Returns the models in the cache that the Hub's own tools, llama.cpp and many others share."""
    cache_home = surroundings.folder("XDG_CACHE_HOME", ".cache")
    home = surroundings.path(surroundings.variables.get("HF_HOME", "")) or cache_home / "huggingface"
    named = surroundings.variables.get("HF_HUB_CACHE") or surroundings.variables.get("HUGGINGFACE_HUB_CACHE", "")
    return models_in_cache(surroundings.path(named) or home / "hub", HUGGINGFACE)


def lm_studio_models(surroundings: Surroundings) -> list[FoundModel]:
    """Returns the models of LM Studio, named as on the Hub, because its folders are named so."""
    pointer = surroundings.path(read_text(surroundings.home / ".lmstudio-home-pointer"))
    homes = [surroundings.home / ".lmstudio", surroundings.home / ".cache" / "lm-studio"]
    homes += [pointer] if pointer else []
    folders = [home / "models" for home in homes]
    for settings in [*homes, *(folder / "LM Studio" for folder in surroundings.config_folders)]:
        named = read_object(settings / "settings.json").get("downloadsFolder")
        folder = surroundings.path(named) if isinstance(named, str) else None
        folders += [folder] if folder else []
    return list(_plain_models(folders, LM_STUDIO))


def jan_models(surroundings: Surroundings) -> list[FoundModel]:
    """Returns the models of Jan: those that a ``model.yml`` names, and the plain files of older versions."""
    data = [folder / "Jan" / "data" for folder in surroundings.data_folders] + [surroundings.home / "jan"]
    for folder in {*surroundings.data_folders, *surroundings.config_folders}:
        named = read_object(folder / "Jan" / "settings.json").get("data_folder")
        chosen = surroundings.path(named) if isinstance(named, str) else None
        data += [chosen] if chosen else []
    found: dict[Path, FoundModel] = {}
    for folder in dict.fromkeys(data):
        listed = folder / "llamacpp" / "models"
        for description in Walk().files(listed, "model.yml", _JAN_DEEPEST):
            path = _named_by_jan(folder, read_line(description, "model_path", ":"))
            if path is not None:
                name = description.parent.relative_to(listed).as_posix()
                parts = parts_of(path)
                found.setdefault(path, FoundModel(name, path, JAN, parts))
        for model in _plain_models([listed, folder / "models"], JAN):
            found.setdefault(model.path, model)
    return list(found.values())


def gpt4all_models(surroundings: Surroundings) -> list[FoundModel]:
    """Returns the models of GPT4All; what it still downloads is named ``incomplete-…``."""
    folders = [folder / "nomic.ai" / "GPT4All" for folder in surroundings.data_folders]
    folders.append(surroundings.home / ".cache" / "gpt4all")
    for folder in surroundings.config_folders:
        named = surroundings.path(read_line(folder / "nomic.ai" / "GPT4All.ini", "modelPath", "="))
        folders += [named] if named else []
    return list(_plain_models(folders, GPT4ALL, deepest=1))


def _plain_models(folders: Iterable[Path], source: str, deepest: int = 4) -> Iterator[FoundModel]:
    """Gives the GGUF files below ``folders``; LM Studio's ``owner/name/file`` is named as on the Hub."""
    walk = Walk()
    for folder in dict.fromkeys(folders):
        for parts in whole_models(model_files(folder, walk, deepest)):
            place, stem = parts[0].relative_to(folder), stem_of(parts[0])
            several = parts if len(parts) > 1 else ()
            if source == LM_STUDIO and len(place.parts) == 3:
                repository = "/".join(place.parts[:2])
                name = repository_model_name(repository, Path(place.name), stem)
                yield FoundModel(name, parts[0], source, several, repository=repository)
            else:
                name = place.parent.name if stem.lower() == "model" and place.parent.name else stem
                yield FoundModel(name, parts[0], source, several)


def _named_by_jan(data: Path, text: str) -> Path | None:
    """Returns the file that a ``model.yml`` names: below the data folder, or anywhere by an absolute path."""
    if not text or "\0" in text or not text.lower().endswith(".gguf"):
        return None
    path = Path(os.path.normpath(data / text))
    if not Path(text).is_absolute() and not path.is_relative_to(data):
        return None
    try:
        is_complete = all(part.is_file() for part in parts_of(path) or (path,))
    except OSError:
        return None
    return path if is_complete and path == (parts_of(path) or (path,))[0] and not is_projector(path.name) else None
