"""The folder of downloads is the Hub's own layout, read by its own client, and no name leads out of it."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from huggingface_hub import scan_cache_dir, try_to_load_from_cache

from app.domain.errors import DownloadBusy, FolderNotWritable, HubAnswerBad
from app.domain.hub import HubFile
from app.library.hub_cache import CachedRepository

NAME = "owner/name"
COMMIT = "c0ffee" * 6 + "abcd"


@pytest.fixture
def cached(tmp_path: Path) -> CachedRepository:
    return CachedRepository(tmp_path / "hub", NAME)


def arrived(cached: CachedRepository, path: str, content: bytes = b"weights") -> HubFile:
    """Puts the verified content of a file there."""
    file = HubFile(path, len(content), hashlib.sha256(content).hexdigest())
    with cached.locked(file):
        cached.partial(file).write_bytes(content)
        cached.finish(file)
    return file


def test_other_programs_find_it(cached: CachedRepository) -> None:
    files = (arrived(cached, "deep/a.gguf"), arrived(cached, "b.gguf", b"other"))
    first, second = cached.point(COMMIT, files)
    assert first.is_symlink()
    assert not os.path.isabs(os.readlink(first))
    assert (first.read_bytes(), second.read_bytes()) == (b"weights", b"other")
    assert first.resolve() == cached.blob(files[0])
    assert cached.blob(files[0]).name == files[0].sha256
    assert try_to_load_from_cache(NAME, "deep/a.gguf", cache_dir=cached.root) == str(first)
    (repository,) = scan_cache_dir(cached.root).repos
    (revision,) = repository.revisions
    assert (repository.repo_id, revision.commit_hash, revision.refs) == (NAME, COMMIT, frozenset({"main"}))
    assert cached.point(COMMIT, files) == [first, second]


def test_the_folder_can_be_carried(cached: CachedRepository, tmp_path: Path) -> None:
    (pointer,) = cached.point(COMMIT, (arrived(cached, "a.gguf"),))
    cached.root.rename(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / pointer.relative_to(cached.root)).read_bytes() == b"weights"


def test_a_name_that_leads_elsewhere_by_now_is_mended(cached: CachedRepository) -> None:
    old, new = arrived(cached, "a.gguf", b"old"), arrived(cached, "a.gguf", b"new")
    (pointer,) = cached.point(COMMIT, (old,))
    cached.point(COMMIT, (new,))
    assert pointer.read_bytes() == b"new"
    cached.blob(new).unlink()
    cached.point(COMMIT, (old,))
    assert pointer.read_bytes() == b"old"


@pytest.mark.parametrize("links", [("symlink_to",), ("symlink_to", "link")])
def test_where_links_are_not_allowed(
    cached: CachedRepository, monkeypatch: pytest.MonkeyPatch, links: tuple[str, ...]
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    if "link" in links:
        monkeypatch.setattr(os, "link", refuse)
    (pointer,) = cached.point(COMMIT, (arrived(cached, "a.gguf"),))
    assert not pointer.is_symlink()
    assert pointer.read_bytes() == b"weights"


@pytest.mark.parametrize("path", ["../a.gguf", "a/../../b.gguf", "/a.gguf", "a\\b.gguf", "", ".", "a//b", "a\0", "a/."])
def test_a_name_that_leads_out_is_refused(cached: CachedRepository, path: str) -> None:
    file = HubFile(path, 1, "a" * 64)
    with pytest.raises(HubAnswerBad):
        cached.pointer(COMMIT, file)
    with pytest.raises(HubAnswerBad):
        cached.point(COMMIT, (file,))
    assert not cached.root.exists()


def test_how_much_is_there(cached: CachedRepository) -> None:
    file = HubFile("a.gguf", 7, hashlib.sha256(b"weights").hexdigest())
    assert (cached.held_bytes(file), cached.is_complete(file)) == (0, False)
    cached.partial(file).parent.mkdir(parents=True)
    cached.partial(file).write_bytes(b"wei")
    assert (cached.held_bytes(file), cached.is_complete(file)) == (3, False)
    cached.partial(file).write_bytes(b"weights and more")
    assert cached.held_bytes(file) == 7
    cached.finish(file)
    assert not cached.is_complete(file)
    cached.blob(file).write_bytes(b"weights")
    assert cached.is_complete(file)


def test_one_at_a_time(cached: CachedRepository) -> None:
    file = HubFile("a.gguf", 7, "a" * 64)
    caught: list[str] = []

    def another() -> None:
        try:
            with CachedRepository(cached.root, NAME).locked(file):
                caught.append("locked")
        except DownloadBusy as error:
            caught.append(error.values["path"])

    with cached.locked(file):
        thread = threading.Thread(target=another)
        thread.start()
        thread.join()
    another()
    assert caught == ["a.gguf", "locked"]


def test_a_place_that_cannot_be_locked(cached: CachedRepository) -> None:
    file = HubFile("a.gguf", 7, "a" * 64)
    (cached.root / ".locks" / cached.folder.name / f"{file.sha256}.lock").mkdir(parents=True)
    with pytest.raises(FolderNotWritable), cached.locked(file):
        pass


def test_what_has_a_name_is_not_dropped(cached: CachedRepository) -> None:
    named, nameless = arrived(cached, "a.gguf"), arrived(cached, "b.gguf", b"other")
    cached.point(COMMIT, (named,))
    cached.partial(named).write_bytes(b"x")
    for file in (named, nameless):
        cached.drop_unused(file)
        cached.drop_unused(file)
    assert [path.name for path in cached.blob(named).parent.iterdir()] == [named.sha256]
