"""Deleting goes to the trash and comes back exactly; only emptying the trash frees anything."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.library.made_stores import cached, gguf, put, split

from app.domain.errors import FolderNotWritable, ModelNotFound, WrongUsage
from app.library.library import Library
from app.library.trash import TrashedModel
from app.paths import Paths


def tree(folder: Path) -> dict[str, str]:
    """Returns every file and link below ``folder`` with its content or target."""
    return {
        path.relative_to(folder).as_posix(): os.readlink(path) if path.is_symlink() else str(hash(path.read_bytes()))
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def names(library: Library) -> list[str]:
    return [model_file.name for model_file in library.list()]


def test_a_download_goes_to_the_trash_and_comes_back(full_library: Library, folders: Paths) -> None:
    content = gguf()
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf", content, "old")
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf", content, "new")
    cached(folders.hub_cache, "a/b-GGUF", "b-Q8_0.gguf", gguf(tensor_bytes=256), "new")
    before = tree(folders.models)
    removal = full_library.remove("a/b-GGUF:Q4_0")
    assert (removal.source, removal.bytes) == ("downloaded", len(content))
    assert names(full_library) == ["starter", "a/b-GGUF:Q8_0"], "not from the older commit either"
    assert full_library.disk_use().trash == len(content)
    full_library.restore(removal)
    assert tree(folders.models) == before
    assert full_library.trash() == []
    assert names(full_library) == ["starter", "a/b-GGUF:Q4_0", "a/b-GGUF:Q8_0"]


def test_a_blob_that_another_file_needs_stays(full_library: Library, folders: Paths) -> None:
    content = gguf()
    link = cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf", content)
    cached(folders.hub_cache, "a/b-GGUF", "b-latest.gguf", content, "other")
    blob = link.resolve()
    removal = full_library.remove("a/b-GGUF:Q4_0")
    assert removal.bytes == 0
    assert blob.exists()
    assert names(full_library) == ["starter", "a/b-GGUF/b-latest.gguf"]
    assert full_library.empty_trash() == 0
    assert names(full_library) == ["starter", "a/b-GGUF/b-latest.gguf"]


def test_a_split_download_goes_whole(full_library: Library, folders: Paths, tmp_path: Path) -> None:
    contents = [path.read_bytes() for path in split(tmp_path / "made", "b-Q4_0", 2)]
    for number, content in enumerate(contents, start=1):
        cached(folders.hub_cache, "a/b-GGUF", f"b-Q4_0-{number:05}-of-00002.gguf", content)
    removal = full_library.remove("a/b-GGUF:Q4_0")
    assert removal.bytes == sum(map(len, contents))
    assert full_library.empty_trash() == removal.bytes
    with pytest.raises(ModelNotFound):
        full_library.restore("a/b-GGUF:Q4_0")


def test_a_download_without_links(full_library: Library, folders: Paths) -> None:
    # As huggingface_hub writes it where links cannot be made.
    path = put(folders.hub_cache / "models--a--b-GGUF/snapshots/c0ffee/b-Q4_0.gguf")
    before = tree(folders.models)
    assert full_library.remove("a/b-GGUF:Q4_0").bytes > 0
    assert not path.exists()
    full_library.restore("a/b-GGUF:Q4_0")
    assert tree(folders.models) == before


def test_a_moved_file_goes_and_comes_back_by_name(full_library: Library, tmp_path: Path) -> None:
    moved = full_library.adopt(put(tmp_path / "tiny.gguf"), is_moved=True)
    removal = full_library.remove("tiny")
    assert removal.bytes == moved.bytes
    assert not moved.path.exists()
    assert (names(full_library), full_library.missing()) == (["starter"], [])
    full_library.restore("tiny")
    assert full_library.resolve("tiny") == moved


def test_nothing_is_put_over_another_file(full_library: Library, tmp_path: Path) -> None:
    moved = full_library.adopt(put(tmp_path / "tiny.gguf"), is_moved=True)
    full_library.remove("tiny")
    put(moved.path, b"precious")
    with pytest.raises(WrongUsage):
        full_library.restore("tiny")
    assert moved.path.read_bytes() == b"precious"
    assert len(full_library.trash()) == 1


def test_a_download_that_came_again_is_kept(full_library: Library, folders: Paths) -> None:
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf")
    before = tree(folders.models)
    full_library.remove("a/b-GGUF:Q4_0")
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf")
    full_library.restore("a/b-GGUF:Q4_0")
    assert tree(folders.models) == before


def test_only_what_is_old_enough_is_emptied(full_library: Library, tmp_path: Path) -> None:
    moved = full_library.adopt(put(tmp_path / "tiny.gguf"), is_moved=True)
    full_library.remove("tiny")
    assert full_library.empty_trash(older_than=timedelta(days=30)) == 0
    (entry,) = full_library.trash()
    assert (entry.name, entry.source, entry.bytes) == ("tiny", "moved", moved.bytes)
    assert full_library.empty_trash() == moved.bytes
    assert full_library.trash() == []


def test_what_fails_half_way_is_put_back(
    full_library: Library, folders: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf")
    before = tree(folders.models)
    rename = os.rename

    def fail(source: Path, target: Path) -> None:
        if "trash" in str(target):
            raise OSError(errno.EACCES, "no")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(FolderNotWritable):
        full_library.remove("a/b-GGUF:Q4_0")
    assert tree(folders.models) == before


def test_a_note_that_was_tampered_with_reaches_nothing_outside(full_library: Library, tmp_path: Path) -> None:
    moved = full_library.adopt(put(tmp_path / "tiny.gguf"), is_moved=True)
    full_library.remove("tiny")
    (note,) = moved.path.parents[1].glob("trash/*/entry.json")
    note.write_text(note.read_text().replace("imported/tiny.gguf", "../../outside.gguf"))
    assert full_library.trash() == []
    with pytest.raises(ModelNotFound):
        full_library.restore(TrashedModel(note.parent.name, "tiny", "moved", datetime.now(UTC), 0, ()))


def test_the_room_that_is_taken(full_library: Library, folders: Paths, home: Path, tmp_path: Path) -> None:
    content = gguf()
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf", content)
    cached(folders.hub_cache, "a/b-GGUF", "b-same.gguf", content)
    put(home / ".lmstudio/models/a/b/b.gguf", content)
    use = full_library.disk_use()
    assert use.by_source["downloaded"] == use.by_source["lm_studio"] == len(content), "a shared blob counts once"
    assert use.trash == 0


def test_the_starter_stays_and_unknown_names_are_told(full_library: Library) -> None:
    with pytest.raises(WrongUsage):
        full_library.remove("starter")
    with pytest.raises(ModelNotFound):
        full_library.remove("nothing")
