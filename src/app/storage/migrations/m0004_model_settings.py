"""Version 4: what a person set for one model alone, as JSON by the model file's name."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "CREATE TABLE model_settings (name TEXT PRIMARY KEY, settings TEXT NOT NULL, updated_at INTEGER NOT NULL) "
    "WITHOUT ROWID",
)
