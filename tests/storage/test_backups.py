"""A copy a day is kept and can be put back, whoever has the database open; a damaged one is refused untouched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.errors import BackupDamaged, FolderNotWritable, StoreDamaged
from app.storage.backups import Backups
from app.storage.conversations import ConversationStore
from app.storage.database import SCHEMA_VERSION, Database
from app.storage.migrations import MIGRATIONS

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def backups(database: Database, tmp_path: Path) -> Backups:
    return Backups(database.path, tmp_path / "backups")


def titles(store: ConversationStore) -> list[str]:
    return [conversation.title for conversation in store.list()]


def test_one_a_day_and_none_of_nothing(backups: Backups, store: ConversationStore) -> None:
    assert not backups.is_due(NOON)
    store.create("A")
    assert backups.is_due(NOON)
    made = backups.make(NOON)
    assert made == backups.list()[0]
    assert made.made_at == NOON
    assert not backups.is_due(NOON + timedelta(minutes=1))
    assert backups.is_due(NOON + timedelta(days=1))


def test_a_copy_is_put_back_under_open_connections(
    backups: Backups, store: ConversationStore, database: Database
) -> None:
    store.create("A")
    made = backups.make(NOON)
    store.create("B")
    with Database.open(database.path) as other:
        assert len(titles(ConversationStore(other))) == 2
        kept = backups.restore(made.path, NOON + timedelta(minutes=1))
        assert titles(store) == titles(ConversationStore(other)) == ["A"]
        store.create("C")
        assert titles(ConversationStore(other)) == ["C", "A"]
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert kept is not None
    backups.restore(kept.path, NOON + timedelta(minutes=2))
    assert titles(store) == ["B", "A"]
    assert not list(made.path.parent.glob("*.part*"))


def test_rotation(backups: Backups, store: ConversationStore, tmp_path: Path) -> None:
    store.create("A")
    for day in range(60, -1, -1):
        backups.make(NOON - timedelta(days=day))
    backups.make(NOON + timedelta(hours=1))
    ages = [(NOON - backup.made_at).days for backup in backups.list()]
    assert ages == [-1, 0, 1, 2, 3, 4, 5, 6, 10, 17]  # the 25th is a Wednesday: Sundays of the two weeks before


def test_an_old_schema_is_migrated(backups: Backups, store: ConversationStore, tmp_path: Path) -> None:
    store.create("Now")
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(old)) as connection:
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("PRAGMA application_id = 0x534B414C")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('a', 'Old', 1, 1)")
        connection.commit()
    backups.restore(old, NOON)
    assert titles(store) == ["Old"]


@pytest.mark.parametrize("kind", ["empty", "text", "cut", "flipped", "newer", "foreign", "missing"])
def test_a_damaged_copy_changes_nothing(kind: str, backups: Backups, store: ConversationStore, tmp_path: Path) -> None:
    for number in range(300):
        store.create(f"{number} " * 20)
    before = titles(store)
    bad = backups.make(NOON).path
    content = bad.read_bytes()
    match kind:
        case "empty":
            bad.write_bytes(b"")
        case "text":
            bad.write_bytes(b"conversations" * 1000)
        case "cut":
            bad.write_bytes(content[: len(content) // 2])
        case "flipped":
            bad.write_bytes(content[:8192] + b"\xff" * 4096 + content[12288:])
        case "newer" | "foreign":
            with closing(sqlite3.connect(bad)) as connection:
                name, value = ("user_version", SCHEMA_VERSION + 1) if kind == "newer" else ("application_id", 1)
                connection.execute(f"PRAGMA {name} = {value}")
        case "missing":
            bad.unlink()
    with pytest.raises(BackupDamaged):
        backups.restore(bad, NOON + timedelta(minutes=1))
    assert titles(store) == before
    assert not list(bad.parent.glob("*.part*"))


def test_a_damaged_database_is_not_copied_but_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    backups = Backups(path, tmp_path / "backups")
    with Database.open(path) as database:
        ConversationStore(database).create("A")
        made = backups.make(NOON)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreDamaged):
        backups.make(NOON + timedelta(days=1))
    assert [backup.path for backup in backups.list()] == [made.path]
    assert backups.restore(made.path, NOON + timedelta(days=1)) is None
    assert (tmp_path / "skald.sqlite3.damaged-20261126-120000").read_bytes().startswith(b"no database")
    with Database.open(path) as database:
        assert titles(ConversationStore(database)) == ["A"]


def test_a_folder_that_cannot_be(tmp_path: Path, database: Database) -> None:
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(FolderNotWritable):
        Backups(database.path, tmp_path / "backups").make(NOON)
