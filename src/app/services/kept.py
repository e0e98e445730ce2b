"""Says what Skald keeps in which folder, and how much room it takes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.paths import Paths


@dataclass(frozen=True)
class KeptFolder:
    """A folder with what it is for: ``key`` names its text. ``bytes`` counts a file that is linked to once."""

    key: str
    path: Path
    bytes: int


def kept_folders(paths: Paths) -> list[KeptFolder]:
    """Returns every folder that Skald writes to; one that is not there yet takes nothing."""
    models = size_below(paths.models)
    return [
        KeptFolder("conversations", paths.data, size_below(paths.data) - models),
        KeptFolder("models", paths.models, models),
        KeptFolder("settings", paths.config, _size(paths.settings)),
        KeptFolder("logs", paths.state, size_below(paths.state)),
        KeptFolder("cache", paths.cache, size_below(paths.cache)),
    ]


def size_below(folder: Path) -> int:
    """Returns the bytes of the files below a folder; links are not followed, and what cannot be read counts nothing."""
    return sum(_size(Path(at, name)) for at, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return 0 if path.is_symlink() else path.stat().st_size
    except OSError:
        return 0
