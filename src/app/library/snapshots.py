"""Reads a Hugging Face cache: ours (downloads), and the one that other programs share.

The layout is described in https://huggingface.co/docs/huggingface_hub/guides/manage-cache: in
``models--owner--name/snapshots/<commit>/`` stand the files of a commit, links to ``blobs/`` whose names are the SHA-256
of large files. ``refs/main`` has the commit that was current last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.library.folder_walk import Walk, model_files
from app.library.found_model import FoundModel
from app.library.model_names import repository_model_name
from app.library.split_files import stem_of, whole_models

SNAPSHOTS: Final = "snapshots"
_PREFIX: Final = "models--"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DEEPEST: Final = 3


def models_in_cache(cache: Path, source: str) -> list[FoundModel]:
    """Returns the models in a cache, by repository; of several commits the newest that has a file counts."""
    found: list[FoundModel] = []
    walk = Walk()
    for folder in _folders(cache):
        if folder.name.startswith(_PREFIX):
            repository = folder.name.removeprefix(_PREFIX).replace("--", "/", 1)
            found += _models_in_repository(folder, repository, source, walk)
    return found


def hash_in_name(path: Path) -> str:
    """Returns the SHA-256 that the blob behind ``path`` is named by, empty where its name is none.

    Understands the Hub's blobs (64 digits) and Ollama's (``sha256-`` before them).
    """
    try:
        name = Path(os.readlink(path)).name
    except (OSError, ValueError):
        name = path.name
    name = name.removeprefix("sha256-").removeprefix("sha256:")
    return name if _SHA256.fullmatch(name) else ""


def _models_in_repository(folder: Path, repository: str, source: str, walk: Walk) -> Iterator[FoundModel]:
    seen: set[Path] = set()
    for snapshot in _newest_first(folder):
        for parts in whole_models(model_files(snapshot, walk, _DEEPEST)):
            place = parts[0].relative_to(snapshot)
            if place in seen:
                continue
            seen.add(place)
            yield FoundModel(
                name=repository_model_name(repository, place, stem_of(place)),
                path=parts[0],
                source=source,
                parts=parts if len(parts) > 1 else (),
                sha256=hash_in_name(parts[0]) if len(parts) == 1 else "",
                repository=repository,
            )


def _newest_first(folder: Path) -> list[Path]:
    try:
        current = (folder / "refs" / "main").read_text(encoding="utf-8")[:64].strip()
    except (OSError, UnicodeDecodeError):
        current = ""
    return sorted(_folders(folder / SNAPSHOTS), key=lambda path: (path.name != current, -_changed(path)))


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [folder / entry.name for entry in sorted(entries, key=lambda e: e.name) if entry.is_dir()]
    except OSError:
        return []


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
