"""Version 6 adds the choice about reasoning to the conversations of a file of version 5."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.generation import ThinkingChoice
from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS


def test_a_file_of_version_5_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:5])
        old.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('one', 'Kept', 1, 1)")
    with Database.open(path) as database:
        store = ConversationStore(database)
        assert [(entry.title, entry.thinking) for entry in store.list()] == [("Kept", ThinkingChoice())]
        store.configure("one", thinking=ThinkingChoice(is_on=False, budget=256))
        assert store.get("one").thinking == ThinkingChoice(is_on=False, budget=256)
        store.configure("one", model="tiny")
        assert store.get("one").thinking == ThinkingChoice(is_on=False, budget=256)
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-6")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (5,)
