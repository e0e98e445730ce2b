"""Conversations and their messages: a tree in which nothing is overwritten, each step committed on return."""

from __future__ import annotations

import builtins
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.domain.errors import ConversationNotFound, MessageNotFound
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice
from app.domain.messages import (
    TEMPORARY_PREFIX,
    Conversation,
    Message,
    MessageStatus,
    Part,
    ReplyFacts,
    Role,
    TitleOrigin,
)
from app.domain.presets import Choices
from app.storage.database import Database, microseconds
from app.storage.rows import (
    CONVERSATION_COLUMNS,
    FACT_COLUMNS,
    MESSAGE_COLUMNS,
    conversation_from,
    fact_columns,
    message_from,
    parts_columns,
    sampling_column,
    storable,
    thinking_column,
)

SHORTEST_PREFIX: Final = 6

# Reading a whole tree by its index and walking it here is three times as fast as a recursive query.
_TREE = f"SELECT {MESSAGE_COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.deleted_at IS NULL"
NEWEST_LEAF: Final = """
    WITH RECURSIVE below (id, seq) AS (
        SELECT id, seq FROM messages WHERE id = ? AND conversation_id = ? AND deleted_at IS NULL
        UNION ALL
        SELECT c.id, c.seq FROM below b JOIN messages c ON c.parent_id = b.id AND c.deleted_at IS NULL
    )
    SELECT id FROM below b
    WHERE NOT EXISTS (SELECT 1 FROM messages c WHERE c.parent_id = b.id AND c.deleted_at IS NULL)
    ORDER BY seq DESC LIMIT 1
"""
_INSERT = f"""
    INSERT INTO messages (id, conversation_id, parent_id, role, text, parts, status, created_at, updated_at,
                          writer_pid, {", ".join(FACT_COLUMNS)}, edited_from)
    VALUES ({", ".join("?" * (11 + len(FACT_COLUMNS)))})
"""
_FINISH = f"""
    UPDATE messages SET text = ?, parts = ?, status = ?, updated_at = ?, writer_pid = NULL,
           {", ".join(f"{name} = ?" for name in FACT_COLUMNS)}
    WHERE id = ?
"""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ConversationSummary:
    """A conversation with the number of messages in its whole tree."""

    conversation: Conversation
    messages: int


class ConversationStore:
    """Every conversation of one database, and the temporary ones, which are in memory and never written.

    The lists have no temporary ones; all else works with them as with the others.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: Database | None = None

    def database_of(self, identity: str) -> Database:
        """Returns the database that has the conversation or message ``identity``."""
        known = "SELECT 1 FROM conversations WHERE id = ?1 UNION ALL SELECT 1 FROM messages WHERE id = ?1"
        if self._memory is not None and self._memory.rows(known, (storable(identity),)):
            return self._memory
        return self._database

    def _temporary(self) -> Database:
        if self._memory is None:
            self._memory = Database.in_memory()
        return self._memory

    def forget_temporary(self) -> None:
        """Lets the temporary conversations go, with all that was said in them."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def list(self) -> list[Conversation]:
        """Returns the conversations that are not deleted, the one that changed last first."""
        rows = self._database.rows(
            f"SELECT {CONVERSATION_COLUMNS} FROM conversations "
            "WHERE deleted_at IS NULL ORDER BY updated_at DESC, seq DESC"
        )
        return [conversation_from(row) for row in rows]

    def summaries(self) -> builtins.list[ConversationSummary]:
        """Returns what ``list`` does, each with its number of messages."""
        rows = self._database.rows(
            f"SELECT {CONVERSATION_COLUMNS}, "
            "(SELECT count(*) FROM messages m WHERE m.conversation_id = conversations.id AND m.deleted_at IS NULL) "
            "FROM conversations WHERE deleted_at IS NULL ORDER BY updated_at DESC, seq DESC"
        )
        return [ConversationSummary(conversation_from(row[:-1]), row[-1]) for row in rows]

    def get(self, conversation_id: str) -> Conversation:
        """Returns one conversation by its id or by a unique beginning of six characters or more.

        Raises ConversationNotFound, also where a beginning fits several.
        """
        select = f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE deleted_at IS NULL AND "
        rows = self.database_of(conversation_id).rows(select + "id = ?", (storable(conversation_id),))
        if not rows and len(conversation_id) >= SHORTEST_PREFIX:
            wanted = storable(conversation_id).lower()
            rows = self.database_of(conversation_id).rows(
                select + "substr(id, 1, ?) = ? LIMIT 2", (len(wanted), wanted)
            )
        if len(rows) != 1:
            raise ConversationNotFound(id=conversation_id)
        return conversation_from(rows[0])

    def create(
        self,
        title: str,
        *,
        system_prompt: str = "",
        model: str = "",
        sampling: SamplingParameters | None = None,
        is_temporary: bool = False,
    ) -> Conversation:
        """Makes an empty conversation and returns it; a temporary one is kept in memory until it is forgotten."""
        identity, now = uuid.uuid4().hex, _now()
        identity = TEMPORARY_PREFIX + identity if is_temporary else identity
        row = (
            identity,
            storable(title),
            microseconds(now),
            microseconds(now),
            None,
            storable(system_prompt),
            storable(model),
            sampling_column(sampling),
            *(None, None, "", None, None, None, 0, None, ""),
        )
        values = ", ".join("?" * len(row))
        database = self._temporary() if is_temporary else self._database
        with database.transaction() as connection:
            connection.execute(f"INSERT INTO conversations ({CONVERSATION_COLUMNS}) VALUES ({values})", row)
        return conversation_from(row)

    def rename(self, conversation_id: str, title: str, origin: TitleOrigin = TitleOrigin.FIRST_LINE) -> None:
        """Gives a conversation another title. Raises ConversationNotFound."""
        self._update(conversation_id, "title = ?, title_origin = ?", storable(title), str(origin))

    def configure(
        self,
        conversation_id: str,
        *,
        system_prompt: str | None = None,
        model: str | None = None,
        sampling: SamplingParameters | None = None,
        policy: ContextPolicy | None = None,
        pinned: int | None = None,
        thinking: ThinkingChoice | None = None,
    ) -> None:
        """Changes what is not None. Raises ConversationNotFound."""
        self._update(
            conversation_id,
            "system_prompt = coalesce(?, system_prompt), model = coalesce(?, model), sampling = coalesce(?, sampling), "
            "context_policy = coalesce(?, context_policy), pinned = coalesce(?, pinned), "
            "thinking = coalesce(?, thinking)",
            None if system_prompt is None else storable(system_prompt),
            None if model is None else storable(model),
            sampling_column(sampling),
            policy,
            pinned,
            thinking_column(thinking),
        )

    def put_choices(self, conversation_id: str, choices: Choices) -> None:
        """Puts ``choices`` in place of those that a conversation has, None too. Raises ConversationNotFound."""
        self._update(
            conversation_id,
            "system_prompt = ?, sampling = ?, context_policy = ?, pinned = ?, thinking = ?",
            storable(choices.system_prompt),
            sampling_column(choices.sampling),
            choices.policy,
            choices.pinned,
            thinking_column(choices.thinking),
        )

    def keep_summary(self, conversation_id: str, summary: str, until: str | None) -> None:
        """Keeps what stands for the messages up to the message ``until``. Raises ConversationNotFound."""
        self._update(conversation_id, "summary = ?, summary_until = ?", storable(summary), until)

    def delete(self, conversation_id: str) -> None:
        """Takes a conversation out of the list; ``restore`` brings it back. Raises ConversationNotFound."""
        self._update(conversation_id, "deleted_at = ?", microseconds(_now()))

    def restore(self, conversation_id: str) -> None:
        """Brings a deleted conversation back. Raises ConversationNotFound."""
        self._update(conversation_id, "deleted_at = NULL")

    def path(self, conversation_id: str) -> builtins.list[Message]:
        """Returns the messages of the branch that is shown, from the first to the tip."""
        found = self.database_of(conversation_id).rows(
            "SELECT tip_id FROM conversations WHERE id = ?", (conversation_id,)
        )
        by_id = {row[0]: row for row in self.database_of(conversation_id).rows(_TREE, (conversation_id,))}
        branch: builtins.list[Message] = []
        wanted = found[0][0] if found else None
        while wanted is not None:
            message = message_from(by_id[wanted])
            branch.append(message)
            wanted = message.parent_id
        branch.reverse()
        return branch

    def siblings(self, message_id: str) -> builtins.list[str]:
        """Returns the ids of all messages with the same parent, itself too, oldest first; none that is deleted.

        Raises MessageNotFound.
        """
        rows = self.database_of(message_id).rows(
            "SELECT s.id FROM messages m JOIN messages s ON s.conversation_id = m.conversation_id "
            "AND s.parent_id IS m.parent_id AND s.deleted_at IS NULL WHERE m.id = ? ORDER BY s.seq",
            (message_id,),
        )
        if not rows:
            raise MessageNotFound(id=message_id)
        return [row[0] for row in rows]

    def message(self, message_id: str) -> Message:
        """Returns one message, a deleted one too. Raises MessageNotFound."""
        rows = self.database_of(message_id).rows(
            f"SELECT {MESSAGE_COLUMNS} FROM messages m WHERE m.id = ?", (message_id,)
        )
        if not rows:
            raise MessageNotFound(id=message_id)
        return message_from(rows[0])

    def add_message(
        self,
        conversation_id: str,
        role: Role,
        parts: Sequence[Part],
        *,
        parent_id: str | None,
        status: MessageStatus = MessageStatus.COMPLETE,
        facts: ReplyFacts = ReplyFacts(),  # noqa: B008 - a frozen value
        writer_pid: int | None = None,
        edited_from: str | None = None,
    ) -> Message:
        """Adds a message below ``parent_id`` and makes it the tip; it is durable on return.

        Raises ConversationNotFound, and MessageNotFound where the parent is not of this conversation.
        """
        identity, now = uuid.uuid4().hex, microseconds(_now())
        row = (
            *(identity, conversation_id, parent_id, str(role), *parts_columns(parts), str(status)),
            *(now, now, writer_pid, *fact_columns(facts), edited_from),
        )
        with self.database_of(conversation_id).transaction() as connection:
            if parent_id is not None:
                _require_message(connection, conversation_id, parent_id)
            changed = connection.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation_id,))
            if changed.fetchone() is None:
                raise ConversationNotFound(id=conversation_id)
            connection.execute(_INSERT, row)
            connection.execute(
                "UPDATE conversations SET tip_id = ?, updated_at = max(updated_at, ?) WHERE id = ?",
                (identity, now, conversation_id),
            )
        return message_from(row)

    def save_reply(self, message_id: str, parts: Sequence[Part]) -> None:
        """Saves what a streaming reply has so far, safe from the end of any process.

        Raises MessageNotFound.
        """
        with self.database_of(message_id).transaction(is_durable=False) as connection:
            done = connection.execute(
                "UPDATE messages SET text = ?, parts = ?, updated_at = ? WHERE id = ?",
                (*parts_columns(parts), microseconds(_now()), message_id),
            )
            if done.rowcount == 0:
                raise MessageNotFound(id=message_id)

    def finish_reply(self, message_id: str, parts: Sequence[Part], status: MessageStatus, facts: ReplyFacts) -> None:
        """Saves a reply with how it ended; durable on return. Raises MessageNotFound."""
        now = microseconds(_now())
        values = (*parts_columns(parts), str(status), now, *fact_columns(facts), message_id)
        with self.database_of(message_id).transaction() as connection:
            if connection.execute(_FINISH, values).rowcount == 0:
                raise MessageNotFound(id=message_id)
            connection.execute(
                "UPDATE conversations SET updated_at = max(updated_at, ?) "
                "WHERE id = (SELECT conversation_id FROM messages WHERE id = ?)",
                (now, message_id),
            )

    def resume_reply(self, message_id: str, writer_pid: int) -> None:
        """Marks a reply as being written again, by process ``writer_pid``. Raises MessageNotFound."""
        with self.database_of(message_id).transaction() as connection:
            done = connection.execute(
                "UPDATE messages SET status = ?, writer_pid = ?, updated_at = ?, error = NULL WHERE id = ?",
                (str(MessageStatus.STREAMING), writer_pid, microseconds(_now()), message_id),
            )
            if done.rowcount == 0:
                raise MessageNotFound(id=message_id)

    def select_branch(self, conversation_id: str, message_id: str) -> None:
        """Shows the branch through ``message_id``, down to its newest leaf. Raises MessageNotFound."""
        with self.database_of(conversation_id).transaction() as connection:
            leaf = connection.execute(NEWEST_LEAF, (message_id, conversation_id)).fetchone()
            if leaf is None:
                raise MessageNotFound(id=message_id)
            connection.execute("UPDATE conversations SET tip_id = ? WHERE id = ?", (leaf[0], conversation_id))

    def set_tip(self, conversation_id: str, message_id: str | None) -> None:
        """Shows the conversation up to ``message_id``; None shows it empty.

        Raises MessageNotFound, ConversationNotFound.
        """
        with self.database_of(conversation_id).transaction() as connection:
            if message_id is not None:
                _require_message(connection, conversation_id, message_id)
            done = connection.execute("UPDATE conversations SET tip_id = ? WHERE id = ?", (message_id, conversation_id))
            if done.rowcount == 0:
                raise ConversationNotFound(id=conversation_id)

    def _update(self, conversation_id: str, assignments: str, *values: object) -> None:
        with self.database_of(conversation_id).transaction() as connection:
            done = connection.execute(
                f"UPDATE conversations SET {assignments} WHERE id = ?", (*values, conversation_id)
            )
            if done.rowcount == 0:
                raise ConversationNotFound(id=conversation_id)


def _require_message(connection: sqlite3.Connection, conversation_id: str, message_id: str) -> None:
    found = connection.execute(
        "SELECT 1 FROM messages WHERE id = ? AND conversation_id = ? AND deleted_at IS NULL",
        (message_id, conversation_id),
    )
    if found.fetchone() is None:
        raise MessageNotFound(id=message_id)
