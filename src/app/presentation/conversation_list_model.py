"""The conversation list of the sidebar: pinned ones first, then by day; only as many rows as were scrolled to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    Signal,
    Slot,
)
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import ConversationNotFound
from app.domain.messages import Conversation, TitleOrigin
from app.presentation.days import day_of
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.storage.conversations import ConversationStore
from app.storage.shelf import ALL, Shelf

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = (
    *("conversationId", "title", "day", "isCurrent", "isStreaming"),
    *("isPinned", "isArchived", "folderId"),
)
PAGE: Final = 100


@QmlElement
@QmlUncreatable("made by the program")
class ConversationListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are conversations. The model owns which one is current ("" while a new one is being begun)."""

    current_changed = Signal()
    count_changed = Signal()
    removed = Signal(str)

    def __init__(
        self, store: ConversationStore, shelf: Shelf, notifier: Notifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._shelf = shelf
        self._notifier = notifier
        self._place = ALL
        self._limit = PAGE
        self._has_more = False
        self._current = ""
        self._streaming: set[str] = set()
        self._rows: list[Conversation] = []
        self.refresh()

    def refresh(self) -> None:
        """Reads the list again and tells the view only what changed."""
        fresh = self._shelf.list(self._place, self._limit + 1)
        self._has_more = len(fresh) > self._limit
        del fresh[self._limit :]
        wanted = {row.id for row in fresh}
        for position in range(len(self._rows) - 1, -1, -1):
            if self._rows[position].id not in wanted:
                self._remove_row(position)
        for position, conversation in enumerate(fresh):
            self._put(position, conversation)
        self.count_changed.emit()
        self.current_changed.emit()

    def select(self, conversation_id: str) -> None:
        """Makes a conversation the current one; "" begins a new one."""
        if conversation_id == self._current:
            return
        before, self._current = self._current, conversation_id
        for known in (before, conversation_id):
            self._touch(known)
        self.current_changed.emit()

    def mark_streaming(self, conversation_id: str, is_streaming: bool) -> None:
        """Shows whether a reply is being written in a conversation."""
        (self._streaming.add if is_streaming else self._streaming.discard)(conversation_id)
        self._touch(conversation_id)

    def retranslate(self) -> None:
        """Says the headings in the language in use."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    @property
    def is_streaming(self) -> bool:
        """Whether a reply is being written anywhere."""
        return bool(self._streaming)

    @property
    def current_id(self) -> str:
        """The current conversation's id, "" for a new one."""
        return self._current

    def title_of(self, conversation_id: str) -> str:
        """Returns a conversation's title, "" where it is not in the list."""
        return next((row.title for row in self._rows if row.id == conversation_id), "")

    @Property(str, notify=current_changed)
    def currentId(self) -> str:
        return self._current

    @Property(int, notify=current_changed)
    def currentIndex(self) -> int:
        return self._position(self._current)

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    @property
    def place(self) -> str:
        """What is listed: a folder's id, or one of the places of `app.storage.shelf`."""
        return self._place

    def show_place(self, place: str) -> None:
        """Lists another place from its beginning."""
        self.beginResetModel()
        self._place, self._limit, self._rows = place, PAGE, []
        self.endResetModel()
        self.refresh()

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Returns a conversation of the list, or one that is not listed; None where there is none."""
        position = self._position(conversation_id)
        if position >= 0:
            return self._rows[position]
        try:
            return self._store.get(conversation_id)
        except ConversationNotFound:
            return None

    def restore(self, conversation_id: str) -> None:
        """Takes a conversation out of the trash and shows it."""
        self._store.restore(conversation_id)
        self.refresh()
        self.select(conversation_id)

    @Slot(str)
    def open(self, conversation_id: str) -> None:
        """Shows a conversation."""
        self.select(conversation_id)

    @Slot(str, str)
    def rename(self, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; an empty one leaves it as it is."""
        if title.strip():
            self._store.rename(conversation_id, title.strip(), TitleOrigin.PERSON)
            self.refresh()

    @Slot(str)
    def remove(self, conversation_id: str) -> None:
        """Deletes a conversation and offers to bring it back."""
        if not conversation_id:
            return
        title = self._store.get(conversation_id).title
        self._store.delete(conversation_id)
        self.removed.emit(conversation_id)
        if conversation_id == self._current:
            self.select("")
        self.refresh()

        text = i18n.text("sidebar.deleted", title=title)
        self._notifier.show(text, i18n.text("toast.undo"), lambda: self.restore(conversation_id))

    def _position(self, conversation_id: str) -> int:
        return next((at for at, row in enumerate(self._rows) if row.id == conversation_id), -1)

    def _touch(self, conversation_id: str) -> None:
        position = self._position(conversation_id)
        if position >= 0:
            self.dataChanged.emit(self.index(position), self.index(position))

    def _remove_row(self, position: int) -> None:
        self.beginRemoveRows(QModelIndex(), position, position)
        del self._rows[position]
        self.endRemoveRows()

    def _put(self, position: int, conversation: Conversation) -> None:
        if position < len(self._rows) and self._rows[position].id == conversation.id:
            if self._rows[position] != conversation:
                self._rows[position] = conversation
                self.dataChanged.emit(self.index(position), self.index(position))
            return
        found = self._position(conversation.id)
        if found > position:
            self.beginMoveRows(QModelIndex(), found, found, QModelIndex(), position)
            self._rows.insert(position, self._rows.pop(found))
            self._rows[position] = conversation
            self.endMoveRows()
            self.dataChanged.emit(self.index(position), self.index(position))
        else:
            self.beginInsertRows(QModelIndex(), position, position)
            self._rows.insert(position, conversation)
            self.endInsertRows()

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._limit += PAGE
            self.refresh()

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(ROLES)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        match role - FIRST_ROLE:
            case 0:
                return row.id
            case 1:
                return row.title
            case 2:
                return i18n.text("sidebar.pinned") if row.is_pinned else day_of(row.updated_at, datetime.now(UTC))
            case 3:
                return row.id == self._current
            case 4:
                return row.id in self._streaming
            case 5:
                return row.is_pinned
            case 6:
                return row.is_archived
            case 7:
                return row.folder_id or ""
        return row.title if role == DISPLAY_ROLE else None
