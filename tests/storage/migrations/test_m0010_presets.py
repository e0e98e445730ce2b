"""Version 10 adds presets and snippets to an older file and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.presets import Preset, Snippet
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS, m0010_presets
from app.storage.model_settings import ModelSettings, ModelSettingsStore
from app.storage.presets import PresetStore


def test_a_file_of_the_version_before_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    before = MIGRATIONS.index(m0010_presets.STATEMENTS)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:before])
        old.execute("""INSERT INTO model_settings VALUES ('tiny', '{"n_ctx": 512}')""")
    with Database.open(path) as database:
        assert ModelSettingsStore(database).get("tiny") == ModelSettings(n_ctx=512)
        store = PresetStore(database)
        assert (store.presets(), store.snippets(), store.hidden()) == ([], [], frozenset())
        store.keep(Preset("a", "Poet", "Rhyme."), Snippet("b", "Letter", "Dear"))
        assert (store.presets(), store.snippets()) == (
            [Preset("a", "Poet", "Rhyme.")],
            [Snippet("b", "Letter", "Dear")],
        )
    with closing(sqlite3.connect(tmp_path / f"skald.sqlite3.before-{before + 1}")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (before,)
