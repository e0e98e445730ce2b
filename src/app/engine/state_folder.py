"""KV states of conversations on disk: a cache that may vanish at any time and of which no damaged byte is used.

llama.cpp checks little of a state that it is given, and a truncated one ends the process. So a file is used only where
its hash is right. It is laid out as: ``MAGIC``, the length of its head (4 bytes, little-endian), the head as JSON,
SHA-256 of all before, the data, SHA-256 of all before. A file belongs to one conversation and one ``key``, which names
everything that a state depends on; its name is made of the hashes of both.

Nothing of llama.cpp is needed here, so that a window can delete files without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import shutil
import sys
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.engine.kv_state import Checkpoint, KvState, Script

MAGIC: Final = b"SKALDKV1"
LARGEST_HEAD: Final = 64 * 1024 * 1024
PIECE: Final = 4 * 1024 * 1024
HASH_BYTES: Final = 32
LEFT_BEHIND_S: Final = 600.0
"""Age of an unfinished file after which nobody writes it any more, in seconds."""

SHARE_OF_DISK: Final = 10
"""The folder takes at most this part (one tenth) of what is free."""


@dataclass(frozen=True)
class StateKeeping:
    """Where KV states are written and how many bytes they may take there; without a folder they are not."""

    folder: Path | None = None
    quota_bytes: int = 0


@dataclass(frozen=True)
class Head:
    """What a file holds: the tokens, the conversation's `Script`, and the sizes of the data that follows."""

    key: str
    tokens: array[int]
    is_shifted: bool
    script: Script | None
    n_bytes: int
    checkpoints: tuple[tuple[int, int], ...]
    """For each checkpoint, its tokens and its bytes."""

    def outline(self) -> KvState:
        """Returns the state without its data, to see what it would be good for."""
        nothing = memoryview(b"")
        points = tuple(Checkpoint(n_tokens, nothing) for n_tokens, _ in self.checkpoints)
        return KvState(self.tokens, nothing, points, self.is_shifted)


class StateFolder:
    """The states of one ``key``. A folder that is not there keeps nothing; whoever wants states makes it."""

    def __init__(self, folder: Path, key: str, quota_bytes: int) -> None:
        self._folder = folder
        self._key = key
        self._quota_bytes = quota_bytes

    def look(self, conversation_id: str) -> Head | None:
        """Returns what is kept of a conversation; None where there is nothing good, a bad file is deleted."""
        path = self._path(conversation_id)
        try:
            with path.open("rb") as stream:
                return self._head(stream.read(len(MAGIC) + 4), stream.read)
        except FileNotFoundError:
            return None
        except (OSError, _BadFile) as problem:
            _drop(path, problem)
            return None

    def read(self, conversation_id: str) -> KvState | None:
        """Returns a state whose every byte is as it was written; None where there is none, a bad file is deleted."""
        path = self._path(conversation_id)
        try:
            with path.open("rb") as stream:
                data = memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))
            with contextlib.suppress(OSError):
                os.utime(path)
            return self._state(data)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, _BadFile) as problem:
            _drop(path, problem)
            return None

    def write(
        self, conversation_id: str, state: KvState, script: Script | None, is_interrupted: Callable[[], bool]
    ) -> bool:
        """Keeps ``state`` in place of the conversation's earlier one; returns False where that is not to be.

        ``is_interrupted`` is asked all the time; nothing is left then. The oldest files make room.
        """
        head = self._head_bytes(state, script)
        path = self._path(conversation_id)
        unfinished = path.with_name(f"{path.name}.part-{os.getpid()}")
        parts: list[bytes | memoryview] = [head, hashlib.sha256(head).digest(), state.data]
        parts += [point.data for point in state.checkpoints]
        try:
            if not self._make_room(sum(map(len, parts)) + HASH_BYTES, path):
                return False
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=0) as stream:
                is_whole = _write_hashed(stream.write, parts, is_interrupted)
            if is_whole:
                unfinished.replace(path)
                return True
        except OSError as problem:  # a full disk, a folder that is gone: a cache that is not kept
            sys.stderr.write(f"state not kept: {problem}\n")
        with contextlib.suppress(OSError):
            unfinished.unlink()
        return False

    def limit(self) -> int:
        """Returns how many bytes the folder may take now: the quota, or a part of what is free on the disk."""
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError:
            return 0
        return min(self._quota_bytes, (free + size_of(self._folder)) // SHARE_OF_DISK)

    def forget(self, conversation_id: str) -> None:
        """Deletes what is kept of a conversation, for whatever model."""
        forget(self._folder, conversation_id)

    def _path(self, conversation_id: str) -> Path:
        return self._folder / f"{_name(conversation_id)}-{_name(self._key)}.state"

    def _head_bytes(self, state: KvState, script: Script | None) -> bytes:
        values = {
            "key": self._key,
            "tokens": list(state.tokens),
            "is_shifted": state.is_shifted,
            "script": None if script is None else [script.texts, script.counts, script.tokens],
            "n_bytes": len(state.data),
            "checkpoints": [[point.n_tokens, len(point.data)] for point in state.checkpoints],
        }
        written = json.dumps(values, separators=(",", ":")).encode("ascii")
        return MAGIC + len(written).to_bytes(4, "little") + written

    def _head(self, start: bytes, read: Callable[[int], bytes]) -> Head:
        size = int.from_bytes(start[len(MAGIC) :], "little")
        if start[: len(MAGIC)] != MAGIC or len(start) != len(MAGIC) + 4 or size > LARGEST_HEAD:
            raise _BadFile("it is no state")
        written, digest = read(size), read(HASH_BYTES)
        if hashlib.sha256(start + written).digest() != digest:
            raise _BadFile("its head is damaged")
        head = _parse(written)
        if head.key != self._key:
            raise _BadFile("it is of something else")
        return head

    def _state(self, data: memoryview) -> KvState:
        at = 0

        def read(size: int) -> bytes:
            nonlocal at
            at += size
            return bytes(data[at - size : at])

        head = self._head(read(len(MAGIC) + 4), read)
        sizes = [head.n_bytes, *(size for _, size in head.checkpoints)]
        if len(data) != at + sum(sizes) + HASH_BYTES:
            raise _BadFile("it is not whole")
        if hashlib.sha256(data[:-HASH_BYTES]).digest() != data[-HASH_BYTES:]:
            raise _BadFile("its data is damaged")
        pieces = list(_sliced(data[at:-HASH_BYTES], sizes))
        points = tuple(
            Checkpoint(n_tokens, memoryview(bytearray(piece)))  # they outlive the file's mapping
            for (n_tokens, _), piece in zip(head.checkpoints, pieces[1:], strict=True)
        )
        return KvState(head.tokens, pieces[0], points, head.is_shifted)

    def _make_room(self, n_bytes: int, path: Path) -> bool:
        """Deletes the oldest files until ``n_bytes`` more fit; returns False, and deletes none, where they never do."""
        limit = self.limit()
        if n_bytes > limit:
            return False
        others = [entry for entry in sorted(_files(self._folder), key=lambda entry: entry[1]) if entry[0] != path]
        used = sum(size for _, _, size in others)
        for other, changed, size in others:
            is_left_behind = other.suffix != ".state" and time.time() - changed > LEFT_BEHIND_S
            if used + n_bytes > limit or is_left_behind:
                with contextlib.suppress(OSError):
                    other.unlink()
                used -= size
        return True


def make(folder: Path) -> None:
    """Makes the folder, for this person alone; one that cannot be made keeps nothing."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def clear(folder: Path) -> None:
    """Deletes every state and the folder: an engine that still runs keeps nothing there any more."""
    shutil.rmtree(folder, ignore_errors=True)


def forget(folder: Path, conversation_id: str) -> None:
    """Deletes what is kept of one conversation, for whatever model."""
    start = f"{_name(conversation_id)}-"
    for path, _, _ in _files(folder):
        if path.name.startswith(start):
            with contextlib.suppress(OSError):
                path.unlink()


def size_of(folder: Path) -> int:
    """Returns how many bytes the states take."""
    return sum(size for _, _, size in _files(folder))


class _BadFile(Exception):
    """The file is not what it should be."""


def _drop(path: Path, problem: Exception) -> None:
    sys.stderr.write(f"{path.name} is not used: {problem}\n")
    with contextlib.suppress(OSError):
        path.unlink()


def _name(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _files(folder: Path) -> list[tuple[Path, float, int]]:
    """Returns the files with the time of their last use and their size."""
    found = []
    try:
        for entry in os.scandir(folder):
            if ".state" in entry.name and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                found.append((Path(entry.path), facts.st_mtime, facts.st_size))
    except OSError:
        pass
    return found


def _write_hashed(
    write: Callable[[memoryview], int | None], parts: Sequence[bytes | memoryview], is_interrupted: Callable[[], bool]
) -> bool:
    """Writes ``parts`` and the hash of all; returns False where it was interrupted."""
    digest = hashlib.sha256()
    for part in parts:
        for start in range(0, len(part), PIECE):
            if is_interrupted():
                return False
            piece = memoryview(part)[start : start + PIECE]
            digest.update(piece)
            _write_all(write, piece)
    _write_all(write, memoryview(digest.digest()))
    return True


def _write_all(write: Callable[[memoryview], int | None], data: memoryview) -> None:
    while data:
        data = data[write(data) or 0 :]


def _sliced(data: memoryview, sizes: Sequence[int]) -> Iterator[memoryview]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size


def _parse(written: bytes) -> Head:
    """Returns the head. Raises _BadFile for what another program may have written with a right hash."""
    try:
        values = json.loads(written)
        script = values["script"]
        head = Head(
            key=values["key"],
            tokens=array("i", values["tokens"]),
            is_shifted=bool(values["is_shifted"]),
            script=None if script is None else Script(tuple(script[0]), tuple(script[1]), list(array("i", script[2]))),
            n_bytes=int(values["n_bytes"]),
            checkpoints=tuple((int(n_tokens), int(size)) for n_tokens, size in values["checkpoints"]),
        )
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise _BadFile(f"its head is of another kind: {error}") from error
    if min([head.n_bytes, *(size for _, size in head.checkpoints)]) <= 0:
        raise _BadFile("its head tells of no data")
    return head
