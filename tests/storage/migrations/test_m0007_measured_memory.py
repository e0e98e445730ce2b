"""Version 7 adds measured memory to a file of version 6 and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.load_memory import DeviceUse, MeasuredMemory
from app.storage.database import Database, migrate
from app.storage.measured_memory import MeasuredMemoryStore
from app.storage.migrations import MIGRATIONS
from app.storage.model_settings import ModelSettings, ModelSettingsStore


def test_a_file_of_version_6_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:6])
        old.execute("""INSERT INTO model_settings VALUES ('tiny', '{"n_ctx": 512}')""")
    measured = MeasuredMemory((DeviceUse("CPU", 1, 2, 3),), 4, 0, 0)
    with Database.open(path) as database:
        assert ModelSettingsStore(database).get("tiny") == ModelSettings(n_ctx=512)
        MeasuredMemoryStore(database).keep("tiny", 5, "{}", measured)
        assert MeasuredMemoryStore(database).get("tiny", 5, "{}") == measured
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-7")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (6,)
