"""Whole conversations out of the database and into it: an import comes in at once or not at all, and goes again."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.errors import ConversationNotFound
from app.domain.messages import ArchivedConversation, Message
from app.storage.database import Database, microseconds
from app.storage.rows import (
    CONVERSATION_COLUMNS,
    FACT_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_from,
    conversation_values,
    fact_columns,
    message_from,
    parts_columns,
)

_FOREIGN_IDS: Final = uuid.UUID("0f6c2c43-2a33-4cf2-9a55-3d1b6f0f5a0b")
"""The namespace of the ids for messages whose own id is another conversation's already."""

_INSERT_MESSAGE: Final = f"""
    INSERT INTO messages (id, conversation_id, parent_id, role, text, parts, status, created_at, updated_at,
                          {", ".join(FACT_COLUMNS)}, edited_from)
    VALUES ({", ".join("?" * (10 + len(FACT_COLUMNS)))})
"""


@dataclass(frozen=True)
class Adoption:
    """What an import changed, by id: conversations that are new, that came back from the trash, messages that are new.

    ``messages`` are those of conversations that were there before; ``unchanged`` is how many had nothing new.
    """

    added: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def is_change(self) -> bool:
        """Whether anything came in."""
        return bool(self.added or self.restored or self.messages)


class ConversationArchive:
    """Every conversation of one database, with all its branches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> list[str]:
        """Returns the ids of the conversations that are not deleted, the oldest first."""
        rows = self._database.rows("SELECT id FROM conversations WHERE deleted_at IS NULL ORDER BY created_at, seq")
        return [row[0] for row in rows]

    def read(self, conversation_id: str) -> ArchivedConversation:
        """Returns a conversation with its whole tree, in the order in which it was written.

        Raises ConversationNotFound.
        """
        found = self._database.rows(
            f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE deleted_at IS NULL AND id = ?", (conversation_id,)
        )
        if not found:
            raise ConversationNotFound(id=conversation_id)
        messages = self._database.rows(
            f"SELECT {MESSAGE_COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.deleted_at IS NULL "
            "ORDER BY m.seq",
            (conversation_id,),
        )
        return ArchivedConversation(conversation_from(found[0]), tuple(map(message_from, messages)))

    def adopt(self, conversations: Iterable[ArchivedConversation]) -> Adoption:
        """Takes conversations in, in one transaction; nothing that is there is overwritten.

        A conversation that is there gets only the messages it lacks; one in the trash comes back. A parent stands
        before its children.
        """
        adopter = _Adopter()
        with self._database.transaction() as connection:
            for archived in conversations:
                adopter.take(connection, archived)
        return Adoption(tuple(adopter.added), tuple(adopter.restored), tuple(adopter.messages), adopter.unchanged)

    def undo(self, adoption: Adoption, now: int) -> None:
        """Takes an import back: what came in goes to the trash (at ``now``, microseconds since 1970).

        Messages that came into a conversation go for good, but for those that have been answered since.
        """
        with self._database.transaction() as connection:
            for conversation_id in (*adoption.added, *adoption.restored):
                connection.execute("UPDATE conversations SET deleted_at = ? WHERE id = ?", (now, conversation_id))
            for message_id in reversed(adoption.messages):
                connection.execute(
                    "DELETE FROM messages WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE parent_id = ?1) "
                    "AND NOT EXISTS (SELECT 1 FROM conversations WHERE tip_id = ?1 OR summary_until = ?1)",
                    (message_id,),
                )


class _Adopter:
    """Writes one import within a transaction and keeps what it changed."""

    def __init__(self) -> None:
        self.added: list[str] = []
        self.restored: list[str] = []
        self.messages: list[str] = []
        self.unchanged = 0

    def take(self, connection: sqlite3.Connection, archived: ArchivedConversation) -> None:
        conversation = archived.conversation
        row = connection.execute("SELECT deleted_at FROM conversations WHERE id = ?", (conversation.id,)).fetchone()
        if row is None:
            folder = connection.execute("SELECT id FROM folders WHERE id = ?", (conversation.folder_id,)).fetchone()
            its_folder = None if folder is None else conversation.folder_id
            values = conversation_values(replace(conversation, tip_id=None, summary_until=None, folder_id=its_folder))
            connection.execute(
                f"INSERT INTO conversations ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )
        elif row[0] is not None:
            connection.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?", (conversation.id,))
            self.restored.append(conversation.id)
        names, new = _insert_messages(connection, conversation.id, archived.messages)
        if row is None:
            connection.execute(
                "UPDATE conversations SET tip_id = ?, summary_until = ? WHERE id = ?",
                (names.get(conversation.tip_id), names.get(conversation.summary_until), conversation.id),
            )
            self.added.append(conversation.id)
        else:
            self.messages += new
            self.unchanged += not new and row[0] is None


def _insert_messages(
    connection: sqlite3.Connection, conversation_id: str, messages: Sequence[Message]
) -> tuple[dict[str | None, str | None], list[str]]:
    """Writes the messages that are not there. Returns the id that each has here, and the ids that are new."""
    names: dict[str | None, str | None] = {None: None}
    new: list[str] = []
    for message in messages:
        identity, is_there = _place(connection, conversation_id, message.id)
        names[message.id] = identity
        if not is_there:
            row = (identity, conversation_id, names[message.parent_id], str(message.role))
            times = (microseconds(message.created_at), microseconds(message.updated_at))
            told = (*parts_columns(message.parts), str(message.status), *times, *fact_columns(message.facts))
            connection.execute(_INSERT_MESSAGE, (*row, *told, names.get(message.edited_from)))
            new.append(identity)
    return names, new


def _place(connection: sqlite3.Connection, conversation_id: str, message_id: str) -> tuple[str, bool]:
    """Returns the id that a message has in a conversation, and whether it is there.

    An id that another conversation has already (a copy that somebody made) is made anew, always the same one.
    """
    identity = message_id
    while True:
        found = connection.execute("SELECT conversation_id FROM messages WHERE id = ?", (identity,)).fetchone()
        if found is None or found[0] == conversation_id:
            return identity, found is not None
        identity = uuid.uuid5(_FOREIGN_IDS, f"{conversation_id} {identity}").hex
