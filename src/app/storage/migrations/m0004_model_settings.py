"""Version 4: what a person set for one model, as JSON by the model file's name."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = ("CREATE TABLE model_settings (name TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID",)
