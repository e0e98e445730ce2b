"""Every request is a line of one file, whoever makes it, and a line that cannot be read hides no other."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.storage.request_log import LONGEST_ADDRESS, MOST_READ, RequestLog


@pytest.fixture
def log(tmp_path: Path) -> RequestLog:
    return RequestLog(tmp_path / "deep" / "requests.jsonl")


def test_the_newest_comes_first(log: RequestLog) -> None:
    assert log.latest(5) == []
    for number in range(4):
        log.add("GET", f"https://hub.example/{number}")
    assert [note.address[-1] for note in log.latest(3)] == ["3", "2", "1"]
    note = log.latest(1)[0]
    assert note.method == "GET"
    age = datetime.now(UTC) - datetime.fromisoformat(note.moment)
    assert 0 <= age.total_seconds() < 10


def test_lines_of_many_threads_stay_whole(log: RequestLog) -> None:
    def write() -> None:
        for _ in range(50):
            log.add("HEAD", "https://hub.example/" + "a" * 400)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.latest(1000)) == 200


def test_what_is_no_note_is_left_out(log: RequestLog, tmp_path: Path) -> None:
    log.add("GET", "https://hub.example/first")
    with (tmp_path / "deep" / "requests.jsonl").open("ab") as stream:
        stream.write(b'{"moment": "x"}\n5\nnull\n\xff\xfe\n{"half')
        stream.write(b"\n")
    log.add("GET", "https://hub.example/last")
    assert [note.address.rsplit("/", 1)[-1] for note in log.latest(9)] == ["last", "first"]


def test_an_address_without_end_is_cut(log: RequestLog) -> None:
    log.add("GET", "https://hub.example/" + "a" * 10_000)
    assert len(log.latest(1)[0].address) == LONGEST_ADDRESS


def test_a_long_file_is_read_from_its_end(log: RequestLog, tmp_path: Path) -> None:
    log.add("GET", "https://hub.example/first")
    with (tmp_path / "deep" / "requests.jsonl").open("ab") as stream:
        stream.write(b" " * MOST_READ + b"\n")
    log.add("GET", "https://hub.example/last")
    assert len(log.latest(9)) == 1


def test_a_file_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "deep").write_bytes(b"a file is in the way")
    log = RequestLog(tmp_path / "deep" / "requests.jsonl")
    log.add("GET", "https://hub.example")
    assert log.latest(1) == []
