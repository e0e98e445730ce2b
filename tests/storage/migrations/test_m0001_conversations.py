"""Version 1 is made of an empty file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.storage.database import APPLICATION_ID, migrate
from app.storage.migrations import MIGRATIONS


def test_an_empty_file_gets_the_tables_of_version_1(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, MIGRATIONS[:1])
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        assert names == [("conversations",), ("messages",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        kept = (Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path], "nothing to copy"
    with closing(sqlite3.connect(":memory:")) as old, closing(sqlite3.connect(path)) as made:
        old.executescript(kept)
        for table in ("conversations", "messages"):
            columns = f"PRAGMA table_info({table})"
            assert old.execute(columns).fetchall() == made.execute(columns).fetchall()
