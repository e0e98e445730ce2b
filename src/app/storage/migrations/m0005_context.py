"""Version 5: what becomes of a conversation that outgrows the context window, and the summary of its beginning."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "ALTER TABLE conversations ADD COLUMN context_policy TEXT",
    "ALTER TABLE conversations ADD COLUMN pinned INTEGER",
    "ALTER TABLE conversations ADD COLUMN summary TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN summary_until TEXT",
)
