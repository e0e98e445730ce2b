"""The bytes of a file on the loopback Hub, held in memory, lying on disk, or without an end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final, Protocol

PIECE_BYTES: Final = 1 << 20
ENDLESS_SIZE: Final = 1 << 62


class Opened(Protocol):
    """A content while an answer is being sent from it."""

    def piece(self, start: int, stop: int) -> bytes | memoryview:
        """Returns bytes from ``start`` on, at most up to ``stop``, perhaps fewer."""


class Content(Protocol):
    """What a body is made of; ``size`` is in bytes."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Gives access to the bytes until the end of the ``with``."""
        raise NotImplementedError


class MemoryContent:
    """Bytes held in memory; slices are sent without a copy."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._view = memoryview(data)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    @cached_property
    def sha256(self) -> str:
        """The hash in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def git_id(self) -> str:
        """The name git gives these bytes as a blob."""
        return git_id(self.data)

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Gives access to the bytes."""
        yield self

    def piece(self, start: int, stop: int) -> memoryview:
        """Returns the bytes between two offsets."""
        return self._view[start:stop]


class DiskContent:
    """A file that must not change while the Hub runs; its hash is computed when first wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size

    @cached_property
    def sha256(self) -> str:
        """The hash in hexadecimal."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    @cached_property
    def git_id(self) -> str:
        """The name git gives these bytes as a blob."""
        return git_id(self.path.read_bytes())

    @contextmanager
    def opened(self) -> Iterator[DiskReader]:
        """Opens the file."""
        with self.path.open("rb", buffering=0) as stream:
            yield DiskReader(stream)


class DiskReader:
    """An open file; ``stream`` is there for `os.sendfile`."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def piece(self, start: int, stop: int) -> bytes:
        """Reads at most one piece."""
        self.stream.seek(start)
        return self.stream.read(min(stop - start, PIECE_BYTES))


class EndlessContent:
    """A JSON array that never closes, for clients that have to know when to stop reading."""

    size = ENDLESS_SIZE
    _LINE = b'{"id": "endless/repository", "tags": []},\n'

    def __init__(self) -> None:
        self._lines = self._LINE * (PIECE_BYTES // len(self._LINE))

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Gives access to as many bytes as anyone wants."""
        yield self

    def piece(self, start: int, stop: int) -> bytes:
        """Returns a piece of whole lines; the first begins the array."""
        return (self._lines if start else b"[" + self._lines)[: stop - start]


FileContent = MemoryContent | DiskContent


def content_of(source: bytes | Path) -> FileContent:
    """Returns ``source`` as a file's content."""
    return DiskContent(source) if isinstance(source, Path) else MemoryContent(source)


def git_id(data: bytes) -> str:
    """Returns the SHA-1 by which git names a blob."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
