"""A file arrives whole and right, whatever the line and the server do, and little of it is fetched twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tests.hub.content import MemoryContent
from tests.hub.exchange import Answer, Place, text_answer, whole
from tests.hub.faults import FILES, RESOLVE
from tests.hub.loopback import LoopbackHub
from tests.library.fetching import MIB, PATH, QUICK, REPOSITORY, Bench, weights

from app.domain.errors import (
    DownloadBusy,
    DownloadChanged,
    DownloadDamaged,
    DownloadDropped,
    DownloadStalled,
    HubBusy,
    HubFailed,
    HubFileMissing,
    LoginNeeded,
)
from app.library.fetch import Patience


@pytest.fixture
def bench(hub: LoopbackHub, tmp_path: Path) -> Bench:
    return Bench(hub, tmp_path / "hub")


def test_a_file_arrives(bench: Bench) -> None:
    assert bench.fetch()
    bench.check_arrived()
    assert bench.told[-1] == len(bench.content)
    assert bench.hub.requests.bytes_sent_twice() == 0
    bench.hub.requests.forget()
    assert bench.fetch()
    assert bench.hub.requests.all() == []


@pytest.mark.parametrize("is_reset", [True, False])
def test_a_link_that_drops_every_few_megabytes(hub: LoopbackHub, tmp_path: Path, is_reset: bool) -> None:
    bench = Bench(hub, tmp_path, weights(20 * MIB))
    drop = hub.faults.drop_after if is_reset else hub.faults.end_after
    drop(2 * MIB, path=PATH)
    assert bench.fetch()
    bench.check_arrived()
    assert len(hub.requests.of(Place.BYTES)) >= 10
    assert hub.requests.bytes_sent_twice() == 0, "what came before a drop is on disk"


def test_what_an_earlier_run_left_is_gone_on_with(bench: Bench) -> None:
    bench.leave(bench.content[:123_457])
    assert bench.fetch()
    bench.check_arrived()
    (request,) = bench.hub.requests.of(Place.BYTES)
    assert (request.asked_range, request.sent) == ("bytes=123457-", len(bench.content) - 123_457)


def test_a_whole_partial_file_needs_no_network(bench: Bench) -> None:
    bench.leave(bench.content)
    assert bench.fetch()
    bench.check_arrived()
    assert bench.hub.requests.all() == []


def test_a_partial_file_that_is_too_long_is_thrown_away(bench: Bench) -> None:
    bench.leave(bench.content + b"and more")
    assert bench.fetch()
    bench.check_arrived()


def test_a_partial_file_with_wrong_bytes_is_fetched_again(bench: Bench) -> None:
    bench.leave(b"\0" * 100_000)
    assert bench.fetch()
    bench.check_arrived()
    assert [request.start for request in bench.hub.requests.of(Place.BYTES)] == [100_000, 0]


def test_a_connection_that_gives_nothing_is_dropped(bench: Bench) -> None:
    stall = bench.hub.faults.stall_after(100_000, times=1)
    assert bench.fetch()
    bench.check_arrived()
    assert stall.happened == 1
    stall.release()
    assert bench.hub.requests.bytes_sent_twice() == 0


def test_one_that_never_gives_anything_is_told(bench: Bench) -> None:
    bench.hub.faults.stall_after(0)
    with pytest.raises(DownloadStalled) as caught:
        bench.fetch(patience=Patience(attempts=2, first_wait_s=0.001, stall_s=0.6))
    assert caught.value.values == {"host": "localhost", "seconds": "1"}


def test_a_link_that_brings_nothing_new_is_told(bench: Bench) -> None:
    bench.hub.faults.end_after(0)
    with pytest.raises(DownloadDropped) as caught:
        bench.fetch()
    assert caught.value.values["host"] == "localhost"
    assert len(bench.hub.requests.of(Place.BYTES)) == QUICK.attempts


def test_a_byte_wrong_once_is_noticed_and_mended(bench: Bench) -> None:
    bench.hub.faults.flip(1000, times=1)
    assert bench.fetch()
    bench.check_arrived()
    assert 0 in bench.told


def test_a_byte_wrong_twice_ends_it_and_nothing_is_kept(bench: Bench) -> None:
    bench.hub.faults.flip(1000)
    with pytest.raises(DownloadDamaged) as caught:
        bench.fetch()
    assert caught.value.values == {"path": PATH}
    assert list(bench.blob.parent.iterdir()) == []
    assert len(bench.hub.requests.of(Place.BYTES)) == 2


def test_a_server_that_overlooks_the_range(bench: Bench) -> None:
    bench.leave(bench.content[:200_000])
    bench.hub.faults.ignore_range()
    bench.hub.faults.end_after(150_000, times=1)
    assert bench.fetch()
    bench.check_arrived()
    assert min(bench.told) > 200_000, "what was there is kept, though it comes again"


def test_a_server_that_overlooks_the_range_of_a_wrong_partial_file(bench: Bench) -> None:
    bench.leave(b"\0" * 200_000)
    bench.hub.faults.ignore_range()
    assert bench.fetch()
    bench.check_arrived()


@pytest.mark.parametrize("claimed", ["bytes 5-9/300000", "nonsense"])
def test_a_range_that_was_not_asked_for_is_not_taken(bench: Bench, claimed: str) -> None:
    bench.leave(bench.content[:1000])
    wrong = text_answer(206, "wrong", "text/plain", {"Content-Range": claimed})
    bench.hub.faults.answer(wrong, times=1, places=FILES)
    assert bench.fetch()
    bench.check_arrived()
    assert [request.start for request in bench.hub.requests.of(Place.BYTES)] == [0, 1000]


def test_a_range_that_the_server_has_not(bench: Bench) -> None:
    bench.leave(bench.content[:1000])
    bench.hub.faults.answer(Answer(416), places=FILES)
    with pytest.raises(DownloadDropped):
        bench.fetch()
    assert bench.partial.read_bytes() == bench.content[:1000]


def test_a_body_that_is_announced_too_short(bench: Bench) -> None:
    bench.hub.faults.shorten(1000, times=1)
    assert bench.fetch()
    bench.check_arrived()


def test_a_signed_address_that_expired_is_asked_for_anew(bench: Bench) -> None:
    bench.hub.links.max_uses = 1
    bench.hub.faults.end_after(100_000, times=1)
    assert bench.fetch()
    bench.check_arrived()
    bench.blob.unlink()
    bench.hub.faults.run_after(0, bench.hub.links.expire, places=RESOLVE)
    assert bench.fetch()
    bench.check_arrived()


@pytest.mark.parametrize("places", [FILES, RESOLVE])
def test_a_busy_server_is_waited_for(bench: Bench, places: frozenset[Place]) -> None:
    bench.hub.faults.rate_limit(0, times=1, places=places)
    bench.hub.faults.unavailable(times=1, places=places)
    assert bench.fetch()
    bench.check_arrived()


@pytest.mark.parametrize("places", [FILES, RESOLVE])
def test_a_server_that_is_busy_for_long_is_told_at_once(bench: Bench, places: frozenset[Place]) -> None:
    bench.hub.faults.rate_limit(3600, places=places)
    with pytest.raises(HubBusy) as caught:
        bench.fetch()
    assert caught.value.values["seconds"] == "3600"


def test_the_wait_that_a_server_asks_for_is_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(bench.control, "wait", waited.append)
    bench.hub.faults.rate_limit(7, times=1, places=FILES)
    bench.hub.faults.rate_limit(9, times=1, places=RESOLVE)
    assert bench.fetch()
    assert waited == [9, 7]


def test_waits_grow(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(bench.control, "wait", waited.append)
    bench.hub.faults.break_down(places=RESOLVE)
    with pytest.raises(HubFailed) as caught:
        bench.fetch(patience=Patience(attempts=9))
    assert caught.value.values["status"] == "500"
    assert waited == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_file_that_is_another_one_now(bench: Bench) -> None:
    bench.leave(bench.content[:1000])
    bench.remote.commit({PATH: weights(1000, seed=1)})
    bench.commit = bench.remote.head.id
    with pytest.raises(DownloadChanged) as caught:
        bench.fetch()
    assert caught.value.values == {"repository": REPOSITORY, "path": PATH}
    assert not bench.partial.exists()


def test_a_file_that_is_gone(bench: Bench) -> None:
    bench.remote.commits.clear()
    with pytest.raises(HubFileMissing):
        bench.fetch()


def test_a_mirror_that_names_no_hash_is_believed_by_what_comes(bench: Bench) -> None:
    plain = whole(MemoryContent(bench.content), {"ETag": '"5f3-1a"'})
    bench.hub.faults.answer(plain, places=RESOLVE)
    assert bench.fetch()
    bench.check_arrived()


def test_a_login_that_is_needed_is_not_tried_again(bench: Bench) -> None:
    bench.remote.gated = "auto"
    with pytest.raises(LoginNeeded):
        bench.fetch()
    assert len(bench.hub.requests.all()) == 1


def test_another_program_that_fetches_the_same(bench: Bench) -> None:
    stall = bench.hub.faults.stall_after(1000)
    first = bench.make(patience=Patience(stall_s=60))
    thread = threading.Thread(target=first.run)
    thread.start()
    stall.wait()
    with pytest.raises(DownloadBusy) as caught:
        bench.fetch()
    assert caught.value.values == {"path": PATH}
    stall.release()
    thread.join()
    assert bench.fetch()
    bench.check_arrived()


def test_a_file_without_bytes(hub: LoopbackHub, tmp_path: Path) -> None:
    bench = Bench(hub, tmp_path, b"")
    assert bench.fetch()
    bench.check_arrived()


def test_the_token_goes_to_the_hub_alone(hub: LoopbackHub, tmp_path: Path) -> None:
    bench = Bench(hub, tmp_path, token=hub.issue_token("someone"))
    assert bench.fetch()
    assert [request.has_token for request in hub.requests.to("127.0.0.1")] == [True]
    assert [request.has_token for request in hub.requests.to("localhost")] == [False]
    assert bench.token
    assert not any(bench.token in str(asked) for asked in bench.asked)
    assert not any("?" in address for _, address in bench.asked)
    assert not any(bench.token.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
