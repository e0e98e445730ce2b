"""A disk without room ends a download with a sentence, and what came is kept."""

from __future__ import annotations

import errno
import io
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from tests.hub.exchange import Place
from tests.hub.loopback import LoopbackHub
from tests.library.fetching import MIB, Bench, weights

from app.domain.errors import DiskFull, FolderNotWritable, NoRoom
from app.library import fetch, partial_file
from app.library.hub_cache import RESERVE

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def bench(hub: LoopbackHub, tmp_path: Path) -> Bench:
    return Bench(hub, tmp_path / "hub")


def let_be_free(monkeypatch: pytest.MonkeyPatch, *free: int) -> None:
    """Lets the disk have so many free bytes, at each look the next number."""
    looks = list(free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, looks.pop(0) if looks[1:] else looks[0]))


def test_too_little_room_is_told_before_anything_comes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    let_be_free(monkeypatch, RESERVE + len(bench.content) - 1)
    with pytest.raises(NoRoom) as caught:
        bench.fetch()
    assert caught.value.values["path"] == str(bench.folder)
    assert bench.hub.requests.all() == []


def test_the_other_files_need_room_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    let_be_free(monkeypatch, RESERVE + len(bench.content) + 1000)
    with pytest.raises(NoRoom):
        bench.fetch(room=1001)
    assert bench.fetch(room=1000)


def test_what_is_there_needs_no_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    let_be_free(monkeypatch, 0)
    bench.leave(bench.content)
    assert bench.fetch()
    bench.check_arrived()


def test_room_that_vanishes_meanwhile(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(hub, tmp_path, weights(3 * MIB))
    monkeypatch.setattr(fetch, "LOOK_AT_ROOM_EVERY", MIB)
    let_be_free(monkeypatch, 1 << 40, 1 << 40, RESERVE)
    with pytest.raises(NoRoom):
        bench.fetch()
    kept = bench.partial.read_bytes()
    assert len(kept) >= 2 * MIB
    assert kept == bench.content[: len(kept)]
    let_be_free(monkeypatch, 1 << 40)
    assert bench.fetch()
    bench.check_arrived()
    assert hub.requests.bytes_sent_twice() <= MIB


class FullDisk(io.FileIO):
    """Takes 100,000 bytes and not one more."""

    def write(self, data: Any) -> int:
        room = 100_000 - self.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data[:room])


def test_a_full_disk_loses_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(partial_file, "FileIO", FullDisk)
        with pytest.raises(DiskFull) as caught:
            bench.fetch()
    assert caught.value.values == {"path": str(bench.cached.folder)}
    assert bench.partial.read_bytes() == bench.content[:100_000]
    assert bench.fetch()
    bench.check_arrived()
    assert [request.start for request in bench.hub.requests.of(Place.BYTES)] == [0, 100_000]


def test_a_folder_that_cannot_be_made(bench: Bench) -> None:
    bench.folder.parent.mkdir(exist_ok=True)
    bench.folder.write_bytes(b"a file is in the way")
    with pytest.raises(FolderNotWritable):
        bench.fetch()


def test_a_partial_file_that_cannot_be_opened(bench: Bench) -> None:
    bench.partial.mkdir(parents=True)
    with pytest.raises(FolderNotWritable):
        bench.fetch()
