"""The queue of downloads is on disk, in the person's order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.downloads import Download, DownloadState
from app.domain.errors import DiskFull
from app.domain.hub import HubFile
from app.storage.database import Database
from app.storage.downloads import DownloadStore

FILES = (HubFile("深/m-00001-of-00002.gguf", 1 << 40, "a" * 64), HubFile("mmproj.gguf", 5, "b" * 64))


@pytest.fixture
def downloads(database: Database) -> DownloadStore:
    return DownloadStore(database)


def download(name: str, place: str = "/hub") -> Download:
    return Download(f"id-{name}", f"owner/{name}", "Q4_K_M", "c0ffee", FILES, place, has_projector=True)


def ids(downloads: DownloadStore) -> list[str]:
    return [entry.id for entry in downloads.list()]


def test_they_are_there_after_an_end(tmp_path: Path) -> None:
    failed = replace(
        download("a"), state=DownloadState.FAILED, error=DiskFull(path="/hub").report(), has_projector=False
    )
    with Database.open(tmp_path / "skald.sqlite3") as database:
        assert DownloadStore(database).add(failed) == failed
        DownloadStore(database).add(download("b"))
    with Database.open(tmp_path / "skald.sqlite3") as database:
        assert DownloadStore(database).list() == [failed, download("b")]
        assert DownloadStore(database).get("id-a") == failed
        assert DownloadStore(database).get("id-none") is None


def test_the_same_one_keeps_its_place_and_its_id(downloads: DownloadStore) -> None:
    downloads.add(replace(download("a"), state=DownloadState.FAILED, error=DiskFull(path="/hub").report()))
    downloads.add(download("b"))
    again = replace(download("a"), id="another", commit="beef", files=FILES[:1], has_projector=False)
    assert downloads.add(again) == replace(again, id="id-a")
    assert ids(downloads) == ["id-a", "id-b"]
    elsewhere = replace(again, place="/other")
    assert downloads.add(elsewhere) == elsewhere
    assert ids(downloads) == ["id-a", "id-b", "another"]


def test_changes(downloads: DownloadStore) -> None:
    downloads.add(download("a"))
    changed = replace(
        download("a"), commit="beef", files=FILES[1:], state=DownloadState.PAUSED, error=DiskFull(path="/x").report()
    )
    downloads.change(changed)
    assert downloads.list() == [changed]
    downloads.change(download("gone"))
    assert downloads.list() == [changed]


def test_order_and_removal(downloads: DownloadStore) -> None:
    for name in "abc":
        downloads.add(download(name))
    downloads.reorder(["id-c", "id-a", "id-b"])
    assert ids(downloads) == ["id-c", "id-a", "id-b"]
    downloads.remove("id-a")
    downloads.remove("id-a")
    downloads.add(download("d"))
    assert ids(downloads) == ["id-c", "id-b", "id-d"]
