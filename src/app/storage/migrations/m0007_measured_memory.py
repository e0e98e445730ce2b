"""Version 7: what loads really took of memory, as JSON by model file, its size in bytes, and how it was loaded."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "CREATE TABLE measured_memory (name TEXT, bytes INTEGER, load TEXT, measured TEXT NOT NULL,"
    " PRIMARY KEY (name, bytes, load)) WITHOUT ROWID",
)
