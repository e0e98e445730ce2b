"""Copies of the database, one a day, and the way back to one.

A copy is read through before it gets its name. Kept are all of today, the newest of each of the last seven days that
have one, and the newest of each of the last four weeks.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.domain.errors import BackupDamaged, DiskFull, FolderNotWritable, StoreDamaged
from app.storage.database import (
    APPLICATION_ID,
    BUSY_TIMEOUT_MS,
    SCHEMA_VERSION,
    is_sound,
    migrated_copy,
    translated,
)

DAYS: Final = 7
WEEKS: Final = 4

_NAME: Final = re.compile(r"skald-(\d{8}-\d{6})\.sqlite3")
_STAMP: Final = "%Y%m%d-%H%M%S"
_UNFINISHED: Final = "*.part-*"
_LEFT_AFTER_S: Final = 24 * 3600


@dataclass(frozen=True)
class Backup:
    """One copy; ``made_at`` is in UTC."""

    path: Path
    made_at: datetime
    bytes: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


class Backups:
    """The copies of one database in one folder. Every method opens what it needs: for any thread."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def list(self) -> list[Backup]:
        """Returns the copies, the newest first."""
        found = []
        for path in self._folder.glob("skald-*.sqlite3") if self._folder.is_dir() else ():
            if (name := _NAME.fullmatch(path.name)) and path.is_file():
                made_at = datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(path, made_at, path.stat().st_size))
        return sorted(found, key=lambda backup: backup.name, reverse=True)

    def is_due(self, now: datetime) -> bool:
        """Tells whether there is something to copy and no copy of today (the day where the person is)."""
        newest = self.list()[:1]
        is_of_today = bool(newest) and newest[0].made_at.astimezone().date() >= now.astimezone().date()
        return not is_of_today and self._has_conversations()

    def make(self, now: datetime) -> Backup:
        """Copies the database as it is now, while others may use it. Then the copies that are too many go.

        Raises StoreDamaged where the database is, StoreBusy, DiskFull, FolderNotWritable.
        """
        target = self._folder / f"skald-{now.astimezone(UTC):{_STAMP}}.sqlite3"
        unfinished = target.with_name(f"{target.name}.part-{os.getpid()}")
        with self._made_in_folder(unfinished):
            with closing(_reading(self._database)) as present, closing(sqlite3.connect(unfinished)) as copy:
                present.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # else whoever reads the copy puts files beside it
                if not is_sound(copy):
                    raise StoreDamaged(path=self._database)
            _settle(unfinished, target)
        self._rotate(now)
        return Backup(target, now.astimezone(UTC).replace(microsecond=0), target.stat().st_size)

    def restore(self, path: Path, now: datetime) -> Backup | None:
        """Puts a copy in the place of the database, whoever has it open; returns the copy that was made of that before.

        A database that cannot be read is moved aside instead, and None is returned. Raises BackupDamaged, and
        then nothing was changed, and what `make` raises.
        """
        ready = self._folder / f"restored.part-{os.getpid()}"
        with self._made_in_folder(ready):
            self._prepare(path, ready)
            try:
                kept = self.make(now)
            except StoreDamaged:
                kept = None
            if kept is not None:
                live = sqlite3.connect(self._database, timeout=BUSY_TIMEOUT_MS / 1000)
                with closing(live), closing(_reading(ready)) as source:
                    source.backup(live)
                return kept
            self._move_aside(now)
            os.replace(ready, self._database)
        return None

    def _prepare(self, path: Path, ready: Path) -> None:
        """Makes of a copy what can be put in place: read through, and of today's schema."""
        try:
            with closing(_reading(path)) as source:
                version = source.execute("PRAGMA user_version").fetchone()[0]
                application = source.execute("PRAGMA application_id").fetchone()[0]
                if application != APPLICATION_ID or not 0 < version <= SCHEMA_VERSION or not is_sound(source):
                    raise BackupDamaged(path=path)
                migrated_copy(source, ready)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise
            raise BackupDamaged(path=path) from error

    def _move_aside(self, now: datetime) -> None:
        for ending in ("", "-wal", "-shm"):
            present = self._database.with_name(self._database.name + ending)
            if present.exists():
                os.replace(present, present.with_name(f"{self._database.name}.damaged-{now:{_STAMP}}{ending}"))

    def _has_conversations(self) -> bool:
        if not self._database.is_file():
            return False
        with translated(self._database), closing(_reading(self._database)) as present:
            return present.execute("SELECT 1 FROM conversations LIMIT 1").fetchone() is not None

    def _rotate(self, now: datetime) -> None:
        """Removes the copies that are too many, and what killed runs left behind."""
        kept: set[Path] = set()
        days: set[object] = set()
        weeks: set[object] = set()
        for backup in self.list():
            made_at = backup.made_at.astimezone()
            day, week = made_at.date(), made_at.isocalendar()[:2]
            if day == now.astimezone().date() or (day not in days and len(days) < DAYS):
                kept.add(backup.path)
            if week not in weeks and len(weeks) < WEEKS:
                kept.add(backup.path)
            days.add(day)
            weeks.add(week)
        left = [
            path for path in self._folder.glob(_UNFINISHED) if path.stat().st_mtime < now.timestamp() - _LEFT_AFTER_S
        ]
        for path in (*left, *(backup.path for backup in self.list() if backup.path not in kept)):
            path.unlink(missing_ok=True)

    @contextmanager
    def _made_in_folder(self, unfinished: Path) -> Iterator[None]:
        """Makes the folder, leaves no unfinished file behind, and translates errors."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with translated(self._database):
                yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(path=self._folder) from error
            raise FolderNotWritable(path=self._folder) from error
        finally:
            for left in self._folder.glob(f"{unfinished.name}*") if self._folder.is_dir() else ():
                left.unlink(missing_ok=True)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_MS / 1000)


def _settle(unfinished: Path, target: Path) -> None:
    with unfinished.open("rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(unfinished, target)
