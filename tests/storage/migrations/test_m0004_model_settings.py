"""Version 4 adds the settings of single models to a file of version 3 and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS
from app.storage.model_files import ModelFileStore, StoredModelFile
from app.storage.model_settings import ModelSettings, ModelSettingsStore


def test_a_file_of_version_3_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:3])
        old.execute("INSERT INTO model_files (name, path, source, added_at) VALUES ('a', '/a.gguf', 'imported', 1)")
    with Database.open(path) as database:
        assert ModelFileStore(database).list() == [StoredModelFile("a", Path("/a.gguf"), "imported")]
        assert ModelSettingsStore(database).change("a", n_ctx=1024) == ModelSettings(n_ctx=1024)
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-4")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (3,)
        assert copy.execute("SELECT count(*) FROM model_files").fetchone() == (1,)
