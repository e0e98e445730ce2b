"""The file of the store: made, refused untouched, copied before a migration, shared, and its errors."""

from __future__ import annotations

import hashlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import AppError, DiskFull, FolderNotWritable, StoreBusy, StoreDamaged, StoreNewer
from app.domain.messages import Role, TextPart
from app.storage import database as subject
from app.storage.conversations import ConversationStore
from app.storage.database import APPLICATION_ID, SCHEMA_VERSION, Database, microseconds, migrate, moment_of
from app.storage.migrations import MIGRATIONS


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refused(path: Path) -> AppError:
    """Opens a file that must be refused, proves that it was not touched, and returns the error."""
    before = digest(path)
    with pytest.raises(AppError) as caught:
        Database.open(path)
    assert digest(path) == before
    return caught.value


def test_makes_folder_and_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "skald.sqlite3"
    with Database.open(path) as database:
        assert database.rows("PRAGMA journal_mode") == [("wal",)]
        assert database.rows("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert database.rows("PRAGMA user_version") == [(SCHEMA_VERSION,)]
        assert database.rows("PRAGMA foreign_keys") == [(1,)]
        assert database.rows("PRAGMA synchronous") == [(2,)]
    assert list(path.parent.iterdir()) == [path], "a new file needs no copy"


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    path.touch()
    Database.open(path).close()
    assert version_of(path) == SCHEMA_VERSION


def test_a_newer_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.execute("CREATE TABLE wonders (id INTEGER)")
    error = refused(path)
    assert isinstance(error, StoreNewer)
    assert error.values["path"] == str(path)


@pytest.mark.parametrize("content", [b"hello", b"\0" * 5000, b"SQLite format 3\0" + b"x" * 4080])
def test_what_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "skald.sqlite3"
    path.write_bytes(content)
    assert isinstance(refused(path), StoreDamaged)


def filled(path: Path) -> None:
    with Database.open(path) as database:
        store = ConversationStore(database)
        conversation = store.create("A")
        for _ in range(200):
            tip = store.get(conversation.id).tip_id
            store.add_message(conversation.id, Role.USER, [TextPart("text " * 50)], parent_id=tip)


@pytest.mark.parametrize("damage", ["truncated", "page lost"])
def test_a_damaged_file_is_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "skald.sqlite3"
    filled(path)
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[8192 : 8192 + 4096 * 4] = b"\xff" * 4096 * 4
    path.write_bytes(content)
    assert isinstance(refused(path), StoreDamaged)


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    assert isinstance(refused(path), StoreDamaged)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(FolderNotWritable):
        Database.open(tmp_path / "data" / "skald.sqlite3")


def test_a_store_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "skald.sqlite3").mkdir()
    with pytest.raises(FolderNotWritable):
        Database.open(tmp_path / "skald.sqlite3")


def test_a_copy_stands_beside_the_file_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    filled(path)
    steps = (*MIGRATIONS, ("CREATE TABLE stars (id INTEGER)",))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, steps)
    assert version_of(path) == SCHEMA_VERSION + 1
    copy = tmp_path / f"skald.sqlite3.before-{SCHEMA_VERSION + 1}"
    assert version_of(copy) == SCHEMA_VERSION
    with Database.open(copy) as database:
        store = ConversationStore(database)
        assert len(store.path(store.list()[0].id)) == 200


def test_a_copy_never_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    filled(path)
    older = tmp_path / f"skald.sqlite3.before-{SCHEMA_VERSION + 1}"
    older.write_text("precious")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, (*MIGRATIONS, ("CREATE TABLE stars (id INTEGER)",)))
    assert older.read_text() == "precious"
    assert version_of(older.with_name(older.name + "-2")) == SCHEMA_VERSION


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    filled(path)
    broken = (*MIGRATIONS, ("CREATE TABLE stars (id INTEGER)", "CREATE TABLE stars (id INTEGER)"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, broken)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stars'").fetchone() == (0,)
    assert version_of(path) == SCHEMA_VERSION


def test_many_can_make_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"

    def make(number: int) -> None:
        with Database.open(path) as database:
            ConversationStore(database).create(str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(16)))
    with Database.open(path) as database:
        titles = {conversation.title for conversation in ConversationStore(database).list()}
    assert titles == {str(number) for number in range(16)}


def test_two_connections_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with Database.open(path) as window, Database.open(path) as command_line:
        seen = window.change_count()
        ConversationStore(command_line).create("From the terminal")
        assert window.change_count() != seen
        assert [entry.title for entry in ConversationStore(window).list()] == ["From the terminal"]


def test_a_writer_that_holds_the_file_makes_it_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "skald.sqlite3"
    with Database.open(path) as holder, Database.open(path) as other, holder.transaction():
        with pytest.raises(StoreBusy):
            ConversationStore(other).create("A")
        assert ConversationStore(other).list() == [], "reading goes on"


def test_a_full_disk_is_told(database: Database) -> None:
    store = ConversationStore(database)
    conversation = store.create("A")
    database.rows("PRAGMA max_page_count = 20")
    with pytest.raises(DiskFull):
        store.add_message(conversation.id, Role.USER, [TextPart("x" * 200_000)], parent_id=None)
    assert store.path(conversation.id) == []


def test_an_error_inside_rolls_back(database: Database) -> None:
    def spoil() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO model_uses VALUES ('a', 1)")
            raise KeyError("a")

    with pytest.raises(KeyError):
        spoil()
    assert database.rows("SELECT * FROM model_uses") == []


def test_saves_while_streaming_wait_for_no_disk_but_messages_do(store: ConversationStore, database: Database) -> None:
    conversation = store.create("A")
    reply = store.add_message(conversation.id, Role.ASSISTANT, [], parent_id=None)
    store.save_reply(reply.id, [TextPart("half")])
    assert database.rows("PRAGMA synchronous") == [(1,)]
    store.add_message(conversation.id, Role.USER, [TextPart("Hi")], parent_id=reply.id)
    assert database.rows("PRAGMA synchronous") == [(2,)]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_times_keep_their_microseconds(moment: datetime) -> None:
    assert moment_of(microseconds(moment)) == moment
