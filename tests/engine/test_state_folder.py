"""No byte of a state that is not as it was written reaches llama.cpp, and the folder keeps to its quota."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import stat
import sys
from array import array
from collections import namedtuple
from pathlib import Path

import pytest

from app.engine import state_folder
from app.engine.kv_state import Checkpoint, KvState, Script
from app.engine.state_folder import StateFolder

SCRIPT = Script(("<s>", "a “text”"), (1, 3), [1, 2, 3, 4])
PLENTY = 10**9


def never() -> bool:
    return False


def state(size: int = 1000, n_tokens: int = 40) -> KvState:
    data = bytearray(random.Random(size).randbytes(size))
    point = Checkpoint(n_tokens - 5, memoryview(bytearray(b"checkpoint")))
    return KvState(array("i", range(n_tokens)), memoryview(data), (point,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where states are written."""
    state_folder.make(tmp_path / "states")
    return tmp_path / "states"


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_is_written_is_read(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    assert states.look("a") is None
    assert states.read("a") is None
    written = state(state_folder.PIECE * 2 + 5)
    assert states.write("a", written, SCRIPT, never)
    assert states.read("a") == written
    head = states.look("a")
    assert head is not None
    assert (head.tokens, head.script, head.is_shifted) == (written.tokens, SCRIPT, False)
    assert [point.n_tokens for point in head.outline().checkpoints] == [35]
    assert states.write("a", state(7), None, never)
    assert states.read("a") == state(7)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such rights")
def test_it_is_for_this_person_alone(folder: Path) -> None:
    StateFolder(folder, "key", PLENTY).write("a", state(), None, never)
    assert stat.S_IMODE(only_file(folder).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_key_is_another_state(folder: Path) -> None:
    StateFolder(folder, "key", PLENTY).write("a", state(), None, never)
    other = StateFolder(folder, "other", PLENTY)
    assert other.look("a") is None
    assert other.read("a") is None
    only_file(folder).rename(other._path("a"))
    assert other.look("a") is None
    assert not list(folder.iterdir())


def test_a_truncated_file_is_never_used(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    states.write("a", state(), SCRIPT, never)
    path = only_file(folder)
    whole = path.read_bytes()
    for size in (*range(0, 60), *range(60, len(whole), 37), len(whole) - 1):
        path.write_bytes(whole[:size])
        assert states.read("a") is None, size
        assert not path.exists()
        path.write_bytes(whole[:size])
        assert states.look("a") is None or size > len(whole) - 1050
    path.write_bytes(whole + b"x")
    assert states.read("a") is None


def test_a_flipped_bit_is_never_used(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    states.write("a", state(), SCRIPT, never)
    path = only_file(folder)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        assert states.read("a") is None, at
        assert not path.exists()


@pytest.mark.parametrize("head", [b"", b"[]", b"{", b'{"key": "key"}', b"[" * 99_999, b'{"key": "key", "tokens": "x"}'])
def test_a_head_of_another_kind_is_not_used(folder: Path, head: bytes) -> None:
    states = StateFolder(folder, "key", PLENTY)
    start = state_folder.MAGIC + len(head).to_bytes(4, "little") + head
    with states._path("a").open("wb") as stream:
        state_folder._write_hashed(stream.write, [start, hashlib.sha256(start).digest()], never)
    assert states.look("a") is None
    assert not list(folder.iterdir())


def test_a_folder_in_place_of_a_file_is_not_used(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    states._path("a").mkdir()
    assert states.look("a") is None
    assert states.read("a") is None
    assert not states.write("a", state(), None, never)


def test_the_oldest_make_room(folder: Path) -> None:
    states = StateFolder(folder, "key", 5000)
    for number, name in enumerate("abc"):
        assert states.write(name, state(1000), None, never)
        os.utime(states._path(name), (1000 + number, 1000 + number))
    assert states.read("a") == state(1000)  # and is the youngest now
    assert states.write("d", state(1500), None, never)
    assert [name for name in "abcd" if states.look(name)] == ["a", "c", "d"]
    assert state_folder.size_of(folder) <= 5000
    assert not states.write("e", state(6000), None, never)
    assert [name for name in "abcde" if states.look(name)] == ["a", "c", "d"]


def test_a_tenth_of_the_free_disk_at_most(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(20_000))
    states = StateFolder(folder, "key", PLENTY)
    assert states.write("a", state(1000), None, never)
    assert not states.write("b", state(2500), None, never)


def test_a_full_disk_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    states = StateFolder(folder, "key", PLENTY)
    monkeypatch.setattr(state_folder, "_write_all", full)
    assert not states.write("a", state(), None, never)
    assert not list(folder.iterdir())


def test_an_interrupted_write_leaves_what_was(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    states.write("a", state(100), None, never)
    asked = iter([False, False, True])
    assert not states.write("a", state(state_folder.PIECE * 3), None, lambda: next(asked))
    assert states.read("a") == state(100)
    assert len(list(folder.iterdir())) == 1


def test_what_a_killed_process_left_goes(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    left = folder / "a-b.state.part-1"
    left.write_bytes(b"x")
    states.write("a", state(), None, never)
    assert left.exists()
    os.utime(left, (1000, 1000))
    states.write("a", state(), None, never)
    assert not left.exists()


def test_a_conversation_is_forgotten_for_every_model(folder: Path) -> None:
    one, other = StateFolder(folder, "key", PLENTY), StateFolder(folder, "other", PLENTY)
    for states in (one, other):
        states.write("a", state(), None, never)
        states.write("b", state(), None, never)
    state_folder.forget(folder, "a")
    assert [one.look("a"), other.look("a")] == [None, None]
    assert one.look("b")
    assert other.look("b")


def test_a_folder_that_is_gone_keeps_nothing(folder: Path) -> None:
    states = StateFolder(folder, "key", PLENTY)
    states.write("a", state(), None, never)
    assert state_folder.size_of(folder) > 1000
    state_folder.clear(folder)
    assert not states.write("a", state(), None, never)
    assert not folder.exists()
    assert state_folder.size_of(folder) == 0
    state_folder.clear(folder)
    state_folder.forget(folder, "a")
