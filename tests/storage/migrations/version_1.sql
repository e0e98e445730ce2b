-- A file of version 1 as Skald wrote it, kept for the test of the migration to version 2.
PRAGMA application_id = 1397440844;
CREATE TABLE conversations (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, deleted_at INTEGER, tip_id TEXT REFERENCES messages (id),
    system_prompt TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '', sampling TEXT
);
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL REFERENCES conversations (id),
    parent_id TEXT REFERENCES messages (id), role TEXT NOT NULL, text TEXT NOT NULL, parts TEXT, status TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, writer_pid INTEGER, model TEXT NOT NULL DEFAULT '',
    sampling TEXT, prompt_tokens INTEGER, cached_tokens INTEGER, completion_tokens INTEGER, load_s REAL,
    first_token_s REAL, prompt_tokens_per_s REAL, tokens_per_s REAL, error TEXT
);
CREATE INDEX messages_by_conversation ON messages (conversation_id, seq);
CREATE INDEX messages_by_parent ON messages (parent_id);
CREATE INDEX conversations_by_time ON conversations (updated_at);
INSERT INTO conversations VALUES
    (1, 'c0ffee00000000000000000000000001', '你好', 1700000000000000, 1700000001000000, NULL,
     'm0000000000000000000000000000002', 'Be kind.', 'starter', '{"temperature": 0.2, "seed": 7}');
INSERT INTO messages VALUES
    (1, 'm0000000000000000000000000000001', 'c0ffee00000000000000000000000001', NULL, 'user', '你好', NULL, 'complete',
     1700000000000001, 1700000000000001, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, 'm0000000000000000000000000000002', 'c0ffee00000000000000000000000001', 'm0000000000000000000000000000001',
     'assistant', 'Hello', '[{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "Hello"}]', 'length',
     1700000000000002, 1700000000000003, NULL, 'starter', '{"temperature": 0.2, "seed": 7}', 10, 4, 2, 0.5, 0.25,
     1000.5, 33.25, NULL);
PRAGMA user_version = 1;
