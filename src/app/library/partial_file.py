"""The part of a file that is on disk already, and its hash, which is computed while the file grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from types import TracebackType
from typing import Final, Self

from app.domain.hub import HubFile
from app.library.hashing import Hasher
from app.library.hub_cache import CachedRepository, written

PIECE: Final = 1 << 18


class PartialFile:
    """A context manager, for one thread; ``held`` is how many bytes are on disk and in the hash.

    Nothing waits in a buffer of ours: what was appended is there after any end of the program. Every method raises
    DiskFull and FolderNotWritable.
    """

    def __init__(self, cached: CachedRepository, file: HubFile) -> None:
        self.held = 0
        self._cached = cached
        self._file = file
        self._path = cached.partial(file)
        self._hasher = Hasher()
        self._out: FileIO | None = None

    def take_up(self, is_stopped: Callable[[], bool]) -> None:
        """Hashes what an earlier run left, until it ``is_stopped``; what is too long is no part of the file."""
        if not self._path.exists():
            return
        with written(self._cached.folder), self._path.open("rb+", buffering=0) as stream:
            if stream.seek(0, 2) > self._file.bytes:
                stream.truncate(0)
            stream.seek(0)
            while not is_stopped() and (piece := stream.read(PIECE)):
                self._take(piece)

    @contextmanager
    def growing(self) -> Iterator[None]:
        """Lets `append` write inside."""
        with written(self._cached.folder), FileIO(self._path, "a") as out:
            self._out = out
            try:
                yield
            finally:
                self._out = None

    def append(self, piece: bytes) -> None:
        """Writes the next bytes of the file."""
        assert self._out is not None
        done = 0
        while done < len(piece):
            count = self._out.write(piece[done:] if done else piece)
            done += count or 0
        self._take(piece)

    def is_right(self) -> bool:
        """Tells whether what is there has the hash of the file."""
        return self._hasher.hexdigest() == self._file.sha256

    def begin_again(self) -> None:
        """Throws away what is there."""
        with written(self._cached.folder):
            self._cached.drop_partial(self._file)
        self._hasher.reset()
        self.held = 0

    def _take(self, piece: bytes) -> None:
        self._hasher.update(piece)
        self.held += len(piece)

    def __enter__(self) -> Self:
        self._hasher.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hasher.__exit__(kind, error, trace)
