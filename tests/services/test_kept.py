"""The sizes of the folders are those of what lies in them."""

from __future__ import annotations

from pathlib import Path

from app.paths import Paths
from app.services.kept import kept_folders, size_below


def _write(path: Path, size: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return path


def test_every_folder_is_told_with_its_size(folders: Paths) -> None:
    _write(folders.database, 100)
    blob = _write(folders.hub_cache / "blobs" / "a", 1000)
    (folders.hub_cache / "link").symlink_to(blob)
    _write(folders.settings, 10)
    _write(folders.requests, 5)
    _write(folders.tunings, 7)
    found = {entry.key: entry.bytes for entry in kept_folders(folders)}
    assert found == {"conversations": 100, "models": 1000, "settings": 10, "logs": 5, "cache": 7}


def test_what_is_not_there_takes_nothing(tmp_path: Path) -> None:
    assert size_below(tmp_path / "nowhere") == 0
