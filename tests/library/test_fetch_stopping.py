"""A download that is stopped from another thread returns within half a second, whatever it waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hub.exchange import Answer, Place, Request
from tests.hub.faults import FILES, RESOLVE
from tests.hub.loopback import LoopbackHub
from tests.library.fetching import MIB, Bench, weights

from app.library.fetch import Patience
from app.library.pace import Limit

WITHIN_S = 0.5
SLOW = Patience(attempts=9, first_wait_s=60, stall_s=60)


@pytest.fixture
def bench(hub: LoopbackHub, tmp_path: Path) -> Bench:
    return Bench(hub, tmp_path / "hub")


def stop_when(bench: Bench, reached: Callable[[], object], limit: Limit | None = None) -> None:
    """Stops a fetch once ``reached`` returns; fails where it takes too long to end."""
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(bench.fetch(patience=SLOW, limit=limit)))
    thread.start()
    reached()
    began = time.monotonic()
    bench.control.stop()
    thread.join(10)
    took = time.monotonic() - began
    assert ended == [False]
    assert took < WITHIN_S


def test_before_it_begins(bench: Bench) -> None:
    bench.control.stop()
    assert not bench.fetch()
    assert bench.hub.requests.all() == []


def test_while_no_byte_comes(bench: Bench) -> None:
    stop_when(bench, bench.hub.faults.stall_after(100_000).wait)
    kept = bench.partial.read_bytes()
    assert kept == bench.content[: len(kept)]


@pytest.mark.parametrize("places", [RESOLVE, FILES])
def test_while_the_server_thinks(bench: Bench, places: frozenset[Place]) -> None:
    asked, freed = threading.Event(), threading.Event()

    def think(_request: Request) -> Answer:
        asked.set()
        freed.wait(10)
        return Answer(503)

    bench.hub.faults.answer_by(think, places=places)
    try:
        stop_when(bench, asked.wait)
    finally:
        freed.set()


def test_in_the_wait_before_another_attempt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, wait = threading.Event(), bench.control.wait

    def watched(seconds: float) -> bool:
        waiting.set()
        return wait(seconds)

    monkeypatch.setattr(bench.control, "wait", watched)
    bench.hub.faults.unavailable(places=RESOLVE)
    stop_when(bench, waiting.wait)


def test_in_the_wait_of_a_limit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, wait = threading.Event(), bench.control.wait

    def watched(seconds: float) -> bool:
        waiting.set()
        return wait(seconds)

    monkeypatch.setattr(bench.control, "wait", watched)
    stop_when(bench, waiting.wait, Limit(1000))


def test_while_a_large_partial_file_is_hashed(
    hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(hub, tmp_path, weights(10))
    hashing = threading.Event()
    bench.file = type(bench.file)(bench.file.path, 4 << 30, bench.file.sha256)
    bench.leave(b"")
    with bench.partial.open("r+b") as stream:
        stream.truncate(3 << 30)  # takes no room
    fetch = bench.make(patience=SLOW)
    take = fetch._partial._take

    def watched(piece: bytes) -> None:
        take(piece)
        hashing.set()

    monkeypatch.setattr(fetch._partial, "_take", watched)
    monkeypatch.setattr(bench, "make", lambda **_options: fetch)
    stop_when(bench, hashing.wait)
    assert bench.partial.stat().st_size == 3 << 30, "nothing is lost"
    assert hub.requests.all() == []


def test_what_came_before_a_stop_is_not_fetched_again(hub: LoopbackHub, tmp_path: Path) -> None:
    bench = Bench(hub, tmp_path, weights(12 * MIB))
    reached = threading.Event()
    bench.told = _Watched(4 * MIB, reached)
    hub.faults.trickle(40 * MIB)
    stop_when(bench, reached.wait)
    hub.faults.lift()
    again = Bench(hub, tmp_path, bench.content)
    assert again.fetch()
    again.check_arrived()
    assert hub.requests.bytes_sent_twice() <= MIB


class _Watched(list[int]):
    """Sets ``reached`` once so many bytes are told."""

    def __init__(self, count: int, reached: threading.Event) -> None:
        super().__init__()
        self._count = count
        self._reached = reached

    def append(self, held: int) -> None:
        super().append(held)
        if held >= self._count:
            self._reached.set()
