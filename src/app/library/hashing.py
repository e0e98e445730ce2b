"""Hashes a stream of bytes beside the thread that receives them, so that hashing costs a download no time."""

from __future__ import annotations

import hashlib
import queue
import threading
from types import TracebackType
from typing import Final, Self

MOST_WAITING: Final = 64
"""Pieces that may wait for the hash: 4 MiB of a download."""


class Hasher:
    """A SHA-256 in a thread of its own; a context manager. The methods are for one thread."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes | threading.Event | None] = queue.Queue(MOST_WAITING)
        self._digest = hashlib.sha256()
        self._thread = threading.Thread(target=self._work, name="hash", daemon=True)

    def update(self, piece: bytes) -> None:
        """Adds bytes; waits only while too many are on their way."""
        self._pieces.put(piece)

    def hexdigest(self) -> str:
        """Returns the hash of all that was added."""
        self._settle()
        return self._digest.hexdigest()

    def reset(self) -> None:
        """Forgets all that was added."""
        self._settle()
        self._digest = hashlib.sha256()

    def _settle(self) -> None:
        reached = threading.Event()
        self._pieces.put(reached)
        reached.wait()

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, threading.Event):
                piece.set()
            else:
                self._digest.update(piece)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pieces.put(None)
        self._thread.join()
