"""Version 8: the index of what was said; folders, what is pinned and archived, and where a title comes from.

The index has the trigrams of each message and no positions, so that it is about as large as the text; what it finds is
compared with the text itself. Two line ends after each message give its last characters trigrams, too. A reply is
indexed when it has ended, so that saving it while it streams costs nothing; until then it is found by its own index.
"""

from __future__ import annotations

from typing import Final

_INDEX_NEW: Final = "INSERT INTO message_index (rowid, text) VALUES (new.seq, new.text || char(10, 10))"
_FORGET_OLD: Final = (
    "INSERT INTO message_index (message_index, rowid, text) VALUES ('delete', old.seq, old.text || char(10, 10))"
)

STATEMENTS: Final = (
    """
    CREATE TABLE folders (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        deleted_at INTEGER
    )
    """,
    "ALTER TABLE conversations ADD COLUMN folder_id TEXT REFERENCES folders (id)",
    "ALTER TABLE conversations ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN archived_at INTEGER",
    "ALTER TABLE conversations ADD COLUMN title_origin TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX conversations_by_folder ON conversations (folder_id) WHERE folder_id IS NOT NULL",
    "CREATE INDEX conversations_listed ON conversations (is_pinned, updated_at) "
    "WHERE deleted_at IS NULL AND archived_at IS NULL",
    "CREATE INDEX conversations_deleted ON conversations (deleted_at) WHERE deleted_at IS NOT NULL",
    "CREATE INDEX conversation_titles ON conversations (updated_at, title) WHERE deleted_at IS NULL",
    "CREATE INDEX messages_streaming ON messages (seq) WHERE status = 'streaming'",
    """
    CREATE VIRTUAL TABLE message_index
    USING fts5 (text, content = '', columnsize = 0, detail = none, tokenize = 'trigram')
    """,
    "CREATE VIRTUAL TABLE message_trigrams USING fts5vocab ('message_index', 'row')",
    # 64 MiB of the index in memory before a piece of it is written: fewer pieces, a third of the time.
    "INSERT INTO message_index (message_index, rank) VALUES ('hashsize', 67108864)",
    "INSERT INTO message_index (rowid, text) "
    "SELECT seq, text || char(10, 10) FROM messages WHERE status <> 'streaming' ORDER BY seq",
    "INSERT INTO message_index (message_index, rank) VALUES ('hashsize', 1048576)",
    f"CREATE TRIGGER message_added AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN {_INDEX_NEW}; END",
    f"CREATE TRIGGER message_removed AFTER DELETE ON messages WHEN old.status <> 'streaming' BEGIN {_FORGET_OLD}; END",
    """
    CREATE TRIGGER message_changed AFTER UPDATE OF text, status ON messages
    WHEN new.text <> old.text OR (new.status = 'streaming') <> (old.status = 'streaming')
    BEGIN
        INSERT INTO message_index (message_index, rowid, text)
            SELECT 'delete', old.seq, old.text || char(10, 10) WHERE old.status <> 'streaming';
        INSERT INTO message_index (rowid, text)
            SELECT new.seq, new.text || char(10, 10) WHERE new.status <> 'streaming';
    END
    """,
)
