"""Importing by moving: at once or by a verified copy, never over a file, and a failure leaves the original."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from tests.library.made_stores import put, split

from app.domain.errors import DiskFull, FolderNotWritable, ModelDamaged, WrongUsage
from app.library import moving
from app.library.library import Library
from app.paths import Paths


@pytest.fixture
def another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every two folders lie on different disks."""

    def refuse(*_paths: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refuse)


def test_on_the_same_disk(full_library: Library, folders: Paths, tmp_path: Path) -> None:
    path = put(tmp_path / "tiny.gguf")
    inode = path.stat().st_ino
    moved = full_library.adopt(path, is_moved=True)
    assert (moved.name, moved.source, moved.path) == ("tiny", "moved", folders.models / "imported" / "tiny.gguf")
    assert moved.path.stat().st_ino == inode
    assert not path.exists()
    assert full_library.adopt(moved.path, is_moved=True) == moved


@pytest.mark.usefixtures("another_disk")
def test_to_another_disk(full_library: Library, tmp_path: Path) -> None:
    path = put(tmp_path / "tiny.gguf")
    content = path.read_bytes()
    fractions: list[float] = []
    moved = full_library.adopt(path, True, fractions.append)
    assert moved.path.read_bytes() == content
    assert not path.exists()
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [entry.name for entry in moved.path.parent.iterdir()] == ["tiny.gguf"]


def test_a_split_model_goes_whole_and_never_over_another(full_library: Library, folders: Paths, tmp_path: Path) -> None:
    put(folders.models / "imported" / "big-Q4_0-00002-of-00002.gguf", b"precious")
    moved = full_library.adopt(split(tmp_path, "big-Q4_0", 2)[0], is_moved=True)
    assert [path.name for path in moved.parts] == ["big-Q4_0-2-00001-of-00002.gguf", "big-Q4_0-2-00002-of-00002.gguf"]
    assert (folders.models / "imported" / "big-Q4_0-00002-of-00002.gguf").read_bytes() == b"precious"


def test_what_was_imported_in_place_keeps_its_name(full_library: Library, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    full_library.adopt(put(tmp_path / "other" / "tiny.gguf"))
    path = put(tmp_path / "tiny.gguf")
    assert full_library.adopt(path).name == "tiny-2"
    assert full_library.adopt(path, is_moved=True).name == "tiny-2"
    assert len(full_library.list()) == 3


@pytest.mark.usefixtures("another_disk")
def test_a_full_disk_leaves_the_original(
    full_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10, 10, 0))
    path = put(tmp_path / "tiny.gguf")
    with pytest.raises(DiskFull):
        full_library.adopt(path, is_moved=True)
    assert path.exists()
    assert len(full_library.list()) == 1


@pytest.mark.usefixtures("another_disk")
def test_a_copy_that_went_wrong_leaves_the_original(
    full_library: Library, folders: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "hash_of", lambda _path, _on_progress: "another")
    path = put(tmp_path / "tiny.gguf")
    with pytest.raises(ModelDamaged, match="SHA-256"):
        full_library.adopt(path, is_moved=True)
    assert path.exists()
    assert list((folders.models / "imported").iterdir()) == []


def test_a_folder_that_cannot_be_emptied_leaves_everything(
    full_library: Library, folders: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    path = put(tmp_path / "tiny.gguf")
    with pytest.raises(FolderNotWritable):
        full_library.adopt(path, is_moved=True)
    assert path.exists()
    assert list((folders.models / "imported").iterdir()) == []


def test_what_belongs_to_others_and_links_are_not_moved(full_library: Library, home: Path, tmp_path: Path) -> None:
    theirs = put(home / ".lmstudio/models/a/b/b.gguf")
    link = tmp_path / "link.gguf"
    link.symlink_to(theirs)
    for path in (theirs, link):
        with pytest.raises(WrongUsage):
            full_library.adopt(path, is_moved=True)
    assert theirs.exists()
