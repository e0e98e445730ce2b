"""Version 3 adds the downloads to a file of version 2 and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.domain.downloads import Download, DownloadState
from app.domain.errors import ErrorReport
from app.domain.hub import HubFile
from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.downloads import DownloadStore
from app.storage.migrations import MIGRATIONS
from app.storage.model_files import ModelFileStore

DOWNLOAD = Download(
    "one",
    "ada/tiny-GGUF",
    "Q4_K_M",
    "c0ffee",
    (HubFile("tiny-Q4_K_M.gguf", 100, "0" * 64),),
    "/cache",
    state=DownloadState.FAILED,
    error=ErrorReport("no_room", {"path": "/cache"}),
)


def test_a_file_of_version_2_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:2])
        old.execute("INSERT INTO conversations (id, title, created_at, updated_at) VALUES ('one', 'Kept', 1, 1)")
        old.execute("INSERT INTO model_files (name, path, source, added_at) VALUES ('tiny', '/t.gguf', 'imported', 1)")
    with Database.open(path) as database:
        assert [entry.title for entry in ConversationStore(database).list()] == ["Kept"]
        assert [entry.name for entry in ModelFileStore(database).list()] == ["tiny"]
        assert DownloadStore(database).add(DOWNLOAD) == DOWNLOAD
        assert DownloadStore(database).list() == [DOWNLOAD]
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-3")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (2,)
