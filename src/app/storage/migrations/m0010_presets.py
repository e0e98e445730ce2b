"""Version 10: presets as JSON, the built-in ones that are hidden, and snippets."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "CREATE TABLE presets (id TEXT PRIMARY KEY, preset TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE hidden_presets (id TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE snippets (id TEXT PRIMARY KEY, snippet TEXT NOT NULL) WITHOUT ROWID",
)
