"""Where conversations stand: pinned, archived, in a folder, in the trash, or gone for good."""

from __future__ import annotations

import builtins
import sqlite3
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from app.domain.errors import ConversationNotFound, FolderNotFound
from app.domain.messages import Conversation, Folder, MessageStatus
from app.storage.database import Database, microseconds
from app.storage.rows import CONVERSATION_COLUMNS, conversation_from, storable

#: Places that are no folder's id.
ALL: Final = ""
ARCHIVE: Final = "archive"
TRASH: Final = "trash"
LONGEST_FOLDER_NAME: Final = 80
_CONDITIONS: Final = {
    ALL: "deleted_at IS NULL AND archived_at IS NULL ORDER BY is_pinned DESC, updated_at DESC, seq DESC",
    ARCHIVE: "deleted_at IS NULL AND archived_at IS NOT NULL ORDER BY updated_at DESC, seq DESC",
    TRASH: "deleted_at IS NOT NULL ORDER BY deleted_at DESC, seq DESC",
}
_IN_FOLDER: Final = "folder_id = ? AND " + _CONDITIONS[ALL]
_MERGED_PAGES: Final = 64
_DELETED_AT_ONCE: Final = 100


class Shelf:
    """Arranges the conversations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, place: str = ALL, limit: int = -1) -> list[Conversation]:
        """Returns at most ``limit`` conversations (−1: all) of ``place``, which is a folder's id or one of the three.

        Pinned ones first, then the one that changed last; in the trash the one that was deleted last.
        """
        condition, values = (_CONDITIONS[place], ()) if place in _CONDITIONS else (_IN_FOLDER, (place,))
        rows = self._database.rows(
            f"SELECT {CONVERSATION_COLUMNS} FROM conversations WHERE {condition} LIMIT ?", (*values, limit)
        )
        return [conversation_from(row) for row in rows]

    def pin(self, conversation_id: str, is_pinned: bool) -> None:
        """Puts a conversation above the others, or back among them. Raises ConversationNotFound."""
        self._update(conversation_id, "is_pinned = ?", int(is_pinned))

    def archive(self, conversation_id: str, is_archived: bool) -> None:
        """Takes a conversation out of the list without deleting it, or puts it back. Raises ConversationNotFound."""
        moment = microseconds(datetime.now(UTC)) if is_archived else None
        self._update(conversation_id, "archived_at = ?", moment)

    def move(self, conversation_id: str, folder_id: str | None) -> None:
        """Puts a conversation into a folder, or out of all. Raises ConversationNotFound, FolderNotFound."""
        if folder_id is not None:
            self._require_folder(folder_id)
        self._update(conversation_id, "folder_id = ?", folder_id)

    def duplicate(self, conversation_id: str, title: str) -> str:
        """Copies a conversation with its whole tree and returns the copy's id. Raises ConversationNotFound."""
        copy = uuid.uuid4().hex
        with self._database.transaction() as connection:
            names = [row[1] for row in connection.execute("PRAGMA table_info(messages)") if row[1] != "seq"]
            rows = connection.execute(
                f"SELECT {', '.join(names)} FROM messages WHERE conversation_id = ? ORDER BY seq", (conversation_id,)
            ).fetchall()
            found = [dict(zip(names, row, strict=True)) for row in rows]
            ids = {row["id"]: uuid.uuid4().hex for row in found}
            _copy_conversation(connection, conversation_id, copy, title, ids)
            for row in found:
                row.update(
                    id=ids[row["id"]], conversation_id=copy, parent_id=ids.get(row["parent_id"]), writer_pid=None
                )
                if row["status"] == MessageStatus.STREAMING:
                    row["status"] = str(MessageStatus.STOPPED)
            connection.executemany(
                f"INSERT INTO messages ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                [tuple(row.values()) for row in found],
            )
        return copy

    def folders(self) -> builtins.list[Folder]:
        """Returns the folders by their names."""
        rows = self._database.rows("SELECT id, name FROM folders WHERE deleted_at IS NULL")
        return sorted((Folder(*row) for row in rows), key=lambda folder: (folder.name.casefold(), folder.id))

    def add_folder(self, name: str) -> Folder:
        """Makes an empty folder."""
        folder = Folder(uuid.uuid4().hex, storable(name)[:LONGEST_FOLDER_NAME])
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO folders (id, name) VALUES (?, ?)", (folder.id, folder.name))
        return folder

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Gives a folder another name. Raises FolderNotFound."""
        self._update_folder(folder_id, "name = ?", storable(name)[:LONGEST_FOLDER_NAME])

    def delete_folder(self, folder_id: str) -> None:
        """Takes a folder away; its conversations stay, and are in it again after ``restore_folder``."""
        self._update_folder(folder_id, "deleted_at = ?", microseconds(datetime.now(UTC)))

    def restore_folder(self, folder_id: str) -> None:
        """Brings a deleted folder back. Raises FolderNotFound."""
        self._update_folder(folder_id, "deleted_at = NULL")

    def expired(self, days: int) -> builtins.list[str]:
        """Returns the ids of the conversations that have been in the trash for ``days`` or longer."""
        until = microseconds(datetime.now(UTC) - timedelta(days=days))
        return [row[0] for row in self._database.rows("SELECT id FROM conversations WHERE deleted_at <= ?", (until,))]

    def purge(self, conversation_ids: Sequence[str]) -> None:
        """Deletes conversations of the trash for good: what they held is overwritten, and its room given back.

        May take seconds in a large file. What is not in the trash is left alone.
        """
        self._database.rows("PRAGMA secure_delete = ON")
        for conversation_id in conversation_ids:
            if self._database.rows(
                "SELECT 1 FROM conversations WHERE id = ? AND deleted_at IS NOT NULL", (conversation_id,)
            ):
                self._purge(conversation_id)
        self._merge_index()
        self._database.reclaim()

    def _purge(self, conversation_id: str) -> None:
        """Deletes the newest messages first, so that no parent goes before its child, in steps of a moment each."""
        self._update(conversation_id, "title = '', tip_id = NULL, summary = '', summary_until = NULL")
        is_left = True
        while is_left:
            with self._database.transaction(is_durable=False) as connection:
                done = connection.execute(
                    "DELETE FROM messages WHERE seq IN (SELECT seq FROM messages WHERE conversation_id = ? "
                    "ORDER BY seq DESC LIMIT ?)",
                    (conversation_id, _DELETED_AT_ONCE),
                )
                is_left = done.rowcount > 0
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def _merge_index(self) -> None:
        """Writes the index anew without what was taken out of it, in steps that each hold the file for a moment.

        https://www.sqlite.org/fts5.html#the_merge_command
        """
        pages = -_MERGED_PAGES
        while True:
            with self._database.transaction(is_durable=False) as connection:
                before = connection.total_changes
                connection.execute("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?)", (pages,))
                if connection.total_changes - before < 2:
                    return
            pages = _MERGED_PAGES

    def _update(self, conversation_id: str, assignments: str, *values: object) -> None:
        with self._database.transaction() as connection:
            statement = f"UPDATE conversations SET {assignments} WHERE id = ?"
            if connection.execute(statement, (*values, conversation_id)).rowcount == 0:
                raise ConversationNotFound(id=conversation_id)

    def _update_folder(self, folder_id: str, assignments: str, *values: object) -> None:
        with self._database.transaction() as connection:
            if connection.execute(f"UPDATE folders SET {assignments} WHERE id = ?", (*values, folder_id)).rowcount == 0:
                raise FolderNotFound(id=folder_id)

    def _require_folder(self, folder_id: str) -> None:
        if not self._database.rows("SELECT 1 FROM folders WHERE id = ? AND deleted_at IS NULL", (folder_id,)):
            raise FolderNotFound(id=folder_id)


def _copy_conversation(
    connection: sqlite3.Connection, conversation_id: str, copy: str, title: str, ids: dict[str, str]
) -> None:
    """Copies the row of a conversation; its tip and its summary's end are the copies of ``ids``."""
    connection.execute("PRAGMA defer_foreign_keys = ON")
    cursor = connection.execute("SELECT * FROM conversations WHERE id = ? AND deleted_at IS NULL", (conversation_id,))
    found = cursor.fetchone()
    if found is None:
        raise ConversationNotFound(id=conversation_id)
    row: dict[str, Any] = {column[0]: value for column, value in zip(cursor.description, found, strict=True)}
    del row["seq"]
    now = microseconds(datetime.now(UTC))
    row.update(id=copy, title=storable(title), created_at=now, updated_at=now, is_pinned=0)
    row.update(tip_id=ids.get(row["tip_id"]), summary_until=ids.get(row["summary_until"]))
    connection.execute(
        f"INSERT INTO conversations ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
