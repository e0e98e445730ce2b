"""Version 3: the downloads that are under way, in the order in which they are brought."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE downloads (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        repository TEXT NOT NULL,
        variant TEXT NOT NULL,
        commit_id TEXT NOT NULL,
        files TEXT NOT NULL,
        place TEXT NOT NULL,
        has_projector INTEGER NOT NULL,
        state TEXT NOT NULL,
        error TEXT,
        position INTEGER NOT NULL,
        UNIQUE (repository, variant, place)
    )
    """,
)
