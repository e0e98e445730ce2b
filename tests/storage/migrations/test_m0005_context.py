"""Version 5 gives conversations a policy and a summary, and changes nothing of what is there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.generation import ContextPolicy
from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS


def test_a_file_of_version_4_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:4])
        old.execute(
            "INSERT INTO conversations (id, title, created_at, updated_at, system_prompt) VALUES ('a', 'K', 1, 1, 'S')"
        )
    with Database.open(path) as database:
        store = ConversationStore(database)
        (kept,) = store.list()
        assert (kept.title, kept.system_prompt, kept.policy, kept.pinned) == ("K", "S", None, None)
        assert (kept.summary, kept.summary_until) == ("", None)
        store.configure("a", policy=ContextPolicy.SUMMARISE, pinned=2)
        store.keep_summary("a", "They met.", "m1")
        changed = store.get("a")
        assert (changed.policy, changed.pinned) == (ContextPolicy.SUMMARISE, 2)
        assert (changed.summary, changed.summary_until) == ("They met.", "m1")
