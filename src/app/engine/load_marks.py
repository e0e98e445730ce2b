"""Notes on disk which model is being loaded, so that one that took the engine or the machine down is known after it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from app.domain.errors import EngineDied, EngineHung

CLOCK_TOLERANCE_S = 2.0


class LoadTrouble(StrEnum):
    """How the last load of a model ended badly: the engine died, or the program ended before the load did."""

    DIED = "died"
    UNFINISHED = "unfinished"


@dataclass(frozen=True)
class _Mark:
    """One load: the file as it was, and the process that loads it."""

    path: str
    bytes: int
    modified_ns: int
    writer_pid: int
    writer_started: float
    has_died: bool = False


class LoadMarks:
    """The marks below one folder, a file for each model; several programs may use it at once.

    A mark that cannot be written is left away: a load is worth more than its mark.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def during(self, path: str) -> Iterator[None]:
        """Marks, durably, that a model file is loaded within; the mark stays where the engine dies of it."""
        self._write(path, has_died=False)
        try:
            yield
        except (EngineDied, EngineHung):
            self._write(path, has_died=True)
            raise
        except BaseException:
            self.end(path)
            raise
        self.end(path)

    def end(self, path: str) -> None:
        """Takes the mark away: the load ended, or its bad end has been told."""
        with contextlib.suppress(OSError):
            self._file(path).unlink()

    def trouble(self, path: str) -> LoadTrouble | None:
        """Returns how the last load of a model file ended badly; None where it did not, or the file has changed."""
        mark = self._read(path)
        if mark is None or _size_and_time(path) != (mark.bytes, mark.modified_ns):
            return None
        if mark.has_died:
            return LoadTrouble.DIED
        return None if _lives(mark.writer_pid, mark.writer_started) else LoadTrouble.UNFINISHED

    def _file(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}.json"

    def _write(self, path: str, has_died: bool) -> None:
        state = _size_and_time(path)
        if state is None:
            return
        mark = _Mark(path, *state, os.getpid(), psutil.Process().create_time(), has_died)
        file = self._file(path)
        new = file.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8") as stream:
                json.dump(asdict(mark), stream, ensure_ascii=True)
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(file)
        except OSError:
            return

    def _read(self, path: str) -> _Mark | None:
        try:
            return _Mark(**json.loads(self._file(path).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def _size_and_time(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _lives(pid: int, started: float) -> bool:
    """Whether the process ``pid`` is still the one that started then."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - started) < CLOCK_TOLERANCE_S
    except (psutil.Error, ValueError, TypeError):
        return False
