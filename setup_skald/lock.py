"""Keeps two set-ups of one checkout, or two builds of one wheel, from running at the same time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from setup_skald.console import Console

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _lock(file: IO[bytes]) -> None:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten tries, a second apart
            except OSError:
                continue
            return

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


@contextmanager
def held(path: Path, console: Console) -> Iterator[None]:
    """Holds the lock file ``path``; waits, and says so, while another process holds it. A process that dies lets go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            _try_lock(file)
        except OSError:
            console.say("Another set-up is running; waiting for it.")
            _lock(file)
        yield
