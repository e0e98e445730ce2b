"""Opens the one SQLite file of the program: checked before it is touched, copied before it is migrated.

A file that was written by a newer Skald, that is damaged or that is not ours is left exactly as it is.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from app.domain.errors import AppError, DiskFull, FolderNotWritable, StoreBusy, StoreDamaged, StoreNewer
from app.storage.migrations import MIGRATIONS

#: "SKAL" in the header of the file, https://www.sqlite.org/pragma.html#pragma_application_id
APPLICATION_ID: Final = 0x534B414C
SCHEMA_VERSION: Final = len(MIGRATIONS)
#: A file up to this size (bytes) is read through at each start; it takes some 20 ms.
QUICK_CHECK_LIMIT: Final = 32 * 1024 * 1024
BUSY_TIMEOUT_MS: Final = 5000

# Primary result codes, https://www.sqlite.org/rescode.html
_KINDS: Final[dict[int, type[AppError]]] = {
    sqlite3.SQLITE_PERM: FolderNotWritable,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_READONLY: FolderNotWritable,
    sqlite3.SQLITE_IOERR: FolderNotWritable,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_CANTOPEN: FolderNotWritable,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
}
_ROOM: Final = ("freelist_count", "page_count", "auto_vacuum")
_INCREMENTAL: Final = 2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Returns ``moment`` as the store keeps it: microseconds since 1970 UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(value: int) -> datetime:
    """Returns the UTC time of ``value`` microseconds since 1970."""
    return datetime.fromtimestamp(value / 1_000_000, UTC)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's errors about ``path`` and its surroundings into ours; the rest are bugs and pass."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            raise Interrupted from error
        kind = _KINDS.get(code)
        if kind is None:
            raise
        raise kind(path=path.parent if kind is FolderNotWritable else path) from error


class Interrupted(Exception):
    """A query was ended by ``Database.interrupt``; what it was for is not wanted any more."""


class Database:
    """One connection, to be used on the thread that opened it; a context manager."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._is_durable = True

    @classmethod
    def open(cls, path: Path) -> Database:
        """Opens ``path``, makes it where it is missing and brings it to today's schema.

        Raises StoreNewer, StoreDamaged, StoreBusy, DiskFull, FolderNotWritable; never overwrites a file.
        """
        path = path.absolute()
        _make_folder(path.parent)
        with translated(path):
            _refuse_unusable(path)
            connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)
            try:
                _configure(connection)
                migrate(connection, path, MIGRATIONS)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    @classmethod
    def in_memory(cls) -> Database:
        """Opens an empty database that no file ever knows of."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _configure(connection)
        connection.execute("PRAGMA temp_store = MEMORY")
        migrate(connection, Path(), MIGRATIONS)
        return cls(Path(), connection)

    def close(self) -> None:
        """Closes the connection; harmless when closed already."""
        self._connection.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Returns all rows of a query. Raises as ``open`` does."""
        with translated(self.path):
            return self._connection.execute(sql, tuple(values)).fetchall()

    def change_count(self) -> int:
        """Returns a number that differs when another connection has changed the file meanwhile."""
        return int(self.rows("PRAGMA data_version")[0][0])

    def interrupt(self) -> None:
        """Ends the query that runs in another thread, which raises Interrupted there; harmless where none runs."""
        self._connection.interrupt()

    def reclaim(self) -> None:
        """Gives the room of deleted rows back to the disk and leaves no older copy of a page beside the file.

        A file of an earlier version is written anew for it, where at least a tenth of it is free. Raises as ``open``.
        """
        free, pages, mode = (int(self.rows(f"PRAGMA {name}")[0][0]) for name in _ROOM)
        if mode == _INCREMENTAL:
            self.rows("PRAGMA incremental_vacuum")
        elif free * 10 >= pages:
            self.rows("PRAGMA auto_vacuum = INCREMENTAL")
            self.rows("VACUUM")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def transaction(self, *, is_durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Runs a block as one transaction that is rolled back when it raises.

        A durable one outlives a loss of power on return, the other one outlives the end of any process.
        """
        with translated(self.path):
            self._set_durable(is_durable)
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _set_durable(self, is_durable: bool) -> None:
        if is_durable != self._is_durable:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            self._is_durable = is_durable

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=folder) from error
        raise FolderNotWritable(path=folder) from error


def _refuse_unusable(path: Path) -> None:
    """Looks at an existing file through a connection that cannot write. Raises StoreNewer or StoreDamaged."""
    if not path.exists():
        return
    if not path.is_file():
        raise FolderNotWritable(path=path)
    if path.stat().st_size == 0:
        return
    uri = f"{path.as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        version = _pragma(connection, "user_version")
        application = _pragma(connection, "application_id")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != APPLICATION_ID:
            raise StoreDamaged(path=path)
        if version > SCHEMA_VERSION:
            raise StoreNewer(path=path)
        if path.stat().st_size <= QUICK_CHECK_LIMIT and not is_sound(connection):
            raise StoreDamaged(path=path)


def is_sound(connection: sqlite3.Connection) -> bool:
    """Reads the whole file behind ``connection`` and tells whether its structure holds."""
    return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first page of a new file
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("casefold", 1, str.casefold, deterministic=True)


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]]) -> None:
    """Brings the file from its version to ``len(migrations)``.

    A file that has conversations already is copied before the first step. Raises sqlite3.Error; a migration that
    failed has then left nothing behind.
    """
    version = _pragma(connection, "user_version")
    if 0 < version < len(migrations):
        if not is_sound(connection):
            raise StoreDamaged(path=path)
        _copy(connection, path, version + 1)
    if version < len(migrations):
        _run(connection, migrations)


def migrated_copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copies a database to ``target`` and brings that to today's schema. Raises sqlite3.Error."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.create_function("casefold", 1, str.casefold, deterministic=True)
        _run(copy, MIGRATIONS)


def _run(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    """Runs the steps that are left once the write lock is ours: all or none, so that nobody meets a version between."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        steps = migrations[_pragma(connection, "user_version") :]
        for statement in chain.from_iterable(steps):
            connection.execute(statement)
        if steps:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _copy(connection: sqlite3.Connection, path: Path, number: int) -> Path:
    """Copies the database beside itself as it was before migration ``number``; never over an older copy."""
    target = path.with_name(f"{path.name}.before-{number}")
    attempt = 1
    while target.exists():
        attempt += 1
        target = path.with_name(f"{path.name}.before-{number}-{attempt}")
    unfinished = target.with_name(f"{target.name}.part-{os.getpid()}-{threading.get_ident()}")
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.backup(copy)
    os.replace(unfinished, target)
    return target
