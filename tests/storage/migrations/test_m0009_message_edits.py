"""Version 9 adds deleted and edited messages to an older file and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS, m0009_message_edits
from app.storage.tree_edits import TreeEdits

BEFORE = MIGRATIONS.index(m0009_message_edits.STATEMENTS)


def test_an_older_file_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:BEFORE])
        old.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('one', 'Kept', 1, 1)")
        old.execute(
            "INSERT INTO messages (id, conversation_id, role, text, status, created_at, updated_at) "
            "VALUES ('hi', 'one', 'user', 'Hello', 'complete', 1, 1)"
        )
        old.execute("UPDATE conversations SET tip_id = 'hi'")
    with Database.open(path) as database:
        store = ConversationStore(database)
        assert [(message.text, message.edited_from) for message in store.path("one")] == [("Hello", None)]
        TreeEdits(store).remove("hi")
        assert store.path("one") == []
    with closing(sqlite3.connect(tmp_path / f"skald.sqlite3.before-{BEFORE + 1}")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (BEFORE,)
