"""Version 4 adds the settings of models to a file of version 3 and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS
from app.storage.model_settings import ModelSettings, ModelSettingsStore


def test_a_file_of_version_3_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:3])
        old.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('one', 'Kept', 1, 1)")
        old.execute("INSERT INTO downloads VALUES (1, 'd', 'a/b', 'Q4_0', 'c', '[]', '/p', 0, 'paused', NULL, 1)")
    with Database.open(path) as database:
        assert [entry.title for entry in ConversationStore(database).list()] == ["Kept"]
        assert database.rows("SELECT repository FROM downloads") == [("a/b",)]
        ModelSettingsStore(database).keep("tiny", ModelSettings(n_ctx=512))
        assert ModelSettingsStore(database).get("tiny").n_ctx == 512
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-4")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (3,)
