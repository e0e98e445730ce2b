"""Version 2: the model files that were imported, and when each model file was last used."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE model_files (
        seq INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        forgotten_at INTEGER
    )
    """,
    "CREATE TABLE model_uses (name TEXT PRIMARY KEY, used_at INTEGER NOT NULL) WITHOUT ROWID",
)
