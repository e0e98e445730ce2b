"""Version 1: conversations, and messages as a tree. Times are microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE conversations (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER,
        tip_id TEXT REFERENCES messages (id),
        system_prompt TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        sampling TEXT
    )
    """,
    """
    CREATE TABLE messages (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        conversation_id TEXT NOT NULL REFERENCES conversations (id),
        parent_id TEXT REFERENCES messages (id),
        role TEXT NOT NULL,
        text TEXT NOT NULL,
        parts TEXT,
        status TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        writer_pid INTEGER,
        model TEXT NOT NULL DEFAULT '',
        sampling TEXT,
        prompt_tokens INTEGER,
        cached_tokens INTEGER,
        completion_tokens INTEGER,
        load_s REAL,
        first_token_s REAL,
        prompt_tokens_per_s REAL,
        tokens_per_s REAL,
        error TEXT
    )
    """,
    "CREATE INDEX messages_by_conversation ON messages (conversation_id, seq)",
    "CREATE INDEX messages_by_parent ON messages (parent_id)",
    "CREATE INDEX conversations_by_time ON conversations (updated_at)",
)
