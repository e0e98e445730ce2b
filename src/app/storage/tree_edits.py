"""Changes of a conversation's tree that can be taken back: a message deleted, a branch withdrawn or copied."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.domain.errors import MessageNotFound
from app.domain.messages import MessageStatus
from app.storage.conversations import NEWEST_LEAF, ConversationStore
from app.storage.database import microseconds
from app.storage.rows import storable

_KEPT: Final = "system_prompt, model, sampling, context_policy, pinned, summary, summary_until, thinking"
_BELOW: Final = """
    WITH RECURSIVE below (id) AS (
        SELECT id FROM messages WHERE id = ? AND deleted_at IS NULL
        UNION ALL
        SELECT c.id FROM below b JOIN messages c ON c.parent_id = b.id AND c.deleted_at IS NULL
    )
    SELECT id FROM below
"""


@dataclass(frozen=True)
class Removal:
    """What `TreeEdits.restore` needs: the deleted message, those that moved up, and the tips before and after."""

    conversation_id: str
    message_id: str
    children: tuple[str, ...]
    tip_before: str | None
    tip_after: str | None


class TreeEdits:
    """Works on the messages of a store; each change is durable on return. Nothing is erased."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def remove(self, message_id: str) -> Removal:
        """Deletes one message; what was below it moves up to its parent. Raises MessageNotFound.

        Where it was the tip, the nearest variant beside it is shown, else its parent.
        """
        with self._store.database_of(message_id).transaction() as connection:
            conversation_id, parent_id = _place(connection, message_id)
            before = _tip(connection, conversation_id)
            found = connection.execute(
                "SELECT id FROM messages WHERE parent_id = ? AND deleted_at IS NULL ORDER BY seq", (message_id,)
            )
            children = tuple(row[0] for row in found)
            after = before
            if before == message_id:
                after = parent_id if children else _beside(connection, conversation_id, message_id) or parent_id
            connection.execute(
                "UPDATE messages SET parent_id = ? WHERE parent_id = ? AND deleted_at IS NULL", (parent_id, message_id)
            )
            _mark_deleted(connection, [message_id])
            connection.execute("UPDATE conversations SET tip_id = ? WHERE id = ?", (after, conversation_id))
        return Removal(conversation_id, message_id, children, before, after)

    def restore(self, removal: Removal) -> None:
        """Brings a deleted message back, with what was below it and is still where it moved to.

        What was deleted around it meanwhile is passed over; the tip goes back unless another one is shown by now.
        """
        with self._store.database_of(removal.message_id).transaction() as connection:
            parent_id = _living_parent(connection, removal.message_id)
            connection.execute(
                "UPDATE messages SET deleted_at = NULL, parent_id = ? WHERE id = ?", (parent_id, removal.message_id)
            )
            for child in removal.children:
                connection.execute(
                    "UPDATE messages SET parent_id = ? WHERE id = ? AND parent_id IS ? AND deleted_at IS NULL",
                    (removal.message_id, child, parent_id),
                )
            if _tip(connection, removal.conversation_id) == removal.tip_after:
                _show(connection, removal.conversation_id, removal.tip_before)

    def withdraw(self, conversation_id: str, added: Sequence[str], tip: str | None) -> None:
        """Takes back messages that were ``added`` one below the other, and shows ``tip`` again.

        Where more was written below them meanwhile they stay, and are only not shown any more.
        """
        with self._store.database_of(conversation_id).transaction() as connection:
            below = {row[0] for row in connection.execute(_BELOW, (added[0],))} if added else set()
            if below <= set(added):
                _mark_deleted(connection, below)
            _show(connection, conversation_id, tip)

    def copy_branch(self, message_id: str, title: str) -> str:
        """Copies the messages from the first to ``message_id`` into a new conversation; returns its id.

        It goes on with the settings of the first one. A reply that is being written counts as stopped in the copy.
        Raises MessageNotFound.
        """
        identity, now = uuid.uuid4().hex, microseconds(datetime.now(UTC))
        with self._store.database_of(message_id).transaction() as connection:
            conversation_id, _ = _place(connection, message_id)
            connection.execute(
                f"INSERT INTO conversations (id, title, created_at, updated_at, {_KEPT}) "
                f"SELECT ?, ?, ?, ?, {_KEPT} FROM conversations WHERE id = ?",
                (identity, storable(title), now, now, conversation_id),
            )
            copies = _copy_messages(connection, message_id, identity)
            connection.execute(
                "UPDATE conversations SET tip_id = ?, summary_until = NULL WHERE id = ?", (copies[message_id], identity)
            )
            connection.execute(
                "UPDATE conversations SET summary_until = ? WHERE id = ?",
                (copies.get(_summary_until(connection, conversation_id)), identity),
            )
        return identity


def _place(connection: sqlite3.Connection, message_id: str) -> tuple[str, str | None]:
    """Returns a living message's conversation and parent."""
    found = connection.execute(
        "SELECT conversation_id, parent_id FROM messages WHERE id = ? AND deleted_at IS NULL", (message_id,)
    ).fetchone()
    if found is None:
        raise MessageNotFound(id=message_id)
    return found[0], found[1]


def _tip(connection: sqlite3.Connection, conversation_id: str) -> str | None:
    tip: str | None = connection.execute(
        "SELECT tip_id FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()[0]
    return tip


def _show(connection: sqlite3.Connection, conversation_id: str, tip: str | None) -> None:
    """Makes ``tip`` the tip, or where it is deleted what lives nearest above it."""
    if tip is not None and not _is_living(connection, tip):
        tip = _living_parent(connection, tip)
    connection.execute("UPDATE conversations SET tip_id = ? WHERE id = ?", (tip, conversation_id))


def _is_living(connection: sqlite3.Connection, message_id: str) -> bool:
    found = connection.execute("SELECT 1 FROM messages WHERE id = ? AND deleted_at IS NULL", (message_id,))
    return found.fetchone() is not None


def _living_parent(connection: sqlite3.Connection, message_id: str) -> str | None:
    """Returns the nearest message above that is not deleted."""
    at: str | None = message_id
    while at is not None:
        at = connection.execute("SELECT parent_id FROM messages WHERE id = ?", (at,)).fetchone()[0]
        if at is None or _is_living(connection, at):
            break
    return at


def _beside(connection: sqlite3.Connection, conversation_id: str, message_id: str) -> str | None:
    """Returns the newest leaf below the nearest variant of a message, an earlier one rather than a later one."""
    found = connection.execute(
        "SELECT s.id, s.seq < m.seq AS is_earlier FROM messages m JOIN messages s "
        "ON s.conversation_id = m.conversation_id AND s.parent_id IS m.parent_id AND s.id <> m.id "
        "AND s.deleted_at IS NULL WHERE m.id = ? ORDER BY is_earlier DESC, abs(s.seq - m.seq) LIMIT 1",
        (message_id,),
    ).fetchone()
    if found is None:
        return None
    leaf: str = connection.execute(NEWEST_LEAF, (found[0], conversation_id)).fetchone()[0]
    return leaf


def _mark_deleted(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    now = microseconds(datetime.now(UTC))
    connection.executemany("UPDATE messages SET deleted_at = ? WHERE id = ?", [(now, identity) for identity in ids])


def _summary_until(connection: sqlite3.Connection, conversation_id: str) -> str:
    found = connection.execute("SELECT summary_until FROM conversations WHERE id = ?", (conversation_id,))
    return found.fetchone()[0] or ""


def _copy_messages(connection: sqlite3.Connection, message_id: str, conversation_id: str) -> dict[str, str]:
    """Copies a message and all above it, every column of them; returns the new ids by the old ones."""
    branch: list[dict[str, Any]] = []
    at: str | None = message_id
    while at is not None:
        cursor = connection.execute("SELECT * FROM messages WHERE id = ?", (at,))
        names = [column[0] for column in cursor.description]
        branch.append(dict(zip(names, cursor.fetchone(), strict=True)))
        at = branch[-1]["parent_id"]
    copies = {row["id"]: uuid.uuid4().hex for row in branch}
    for row in reversed(branch):
        row.pop("seq")
        row.update(id=copies[row["id"]], conversation_id=conversation_id, parent_id=copies.get(row["parent_id"]))
        row["writer_pid"] = None
        if row["status"] == MessageStatus.STREAMING:
            row["status"] = str(MessageStatus.STOPPED)
        connection.execute(
            f"INSERT INTO messages ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )
    return copies
