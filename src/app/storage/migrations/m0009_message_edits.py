"""Version 9: messages that are deleted but can come back, and which message an edited one takes the place of."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "ALTER TABLE messages ADD COLUMN deleted_at INTEGER",
    "ALTER TABLE messages ADD COLUMN edited_from TEXT REFERENCES messages (id)",
)
