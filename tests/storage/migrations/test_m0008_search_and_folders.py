"""Version 8 indexes every message of a file of version 7 and changes nothing of what is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.storage.conversation_search import ConversationSearch
from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS

_ADD = (
    "INSERT INTO messages (id, conversation_id, role, text, status, created_at, updated_at)"
    " VALUES (?, 'one', 'user', ?, ?, 1, 1)"
)


def test_a_file_of_version_7_keeps_everything_is_indexed_and_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:7])
        old.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('one', 'Kept', 1, 1)")
        old.execute(_ADD, ("a", "An early word", "complete"))
        old.execute(_ADD, ("b", "中文消息", "complete"))
        old.execute(_ADD, ("c", "half of a rep", "streaming"))
    with Database.open(path) as database:
        assert [entry.title for entry in ConversationStore(database).list()] == ["Kept"]
        search = ConversationSearch(database)
        assert [hit.message_id for query in ("early", "消息", "of a rep") for hit in search.find(query)] == [
            "a",
            "b",
            "c",
        ]
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-8")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (7,)
