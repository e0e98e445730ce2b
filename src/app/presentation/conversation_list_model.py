"""The conversation list of the sidebar: newest first, grouped by day, filtered by the search box."""

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
from app.domain.messages import Conversation
from app.presentation.days import day_of
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.storage.conversations import ConversationStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = ("conversationId", "title", "day", "isCurrent", "isStreaming")


@QmlElement
@QmlUncreatable("made by the program")
class ConversationListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are conversations. The model owns which one is current ("" while a new one is being begun)."""

    current_changed = Signal()
    query_changed = Signal()
    count_changed = Signal()
    removed = Signal(str)

    def __init__(self, store: ConversationStore, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier
        self._query = ""
        self._current = ""
        self._streaming: set[str] = set()
        self._rows: list[Conversation] = []
        self.refresh()

    def refresh(self) -> None:
        """Reads the list again and tells the view only what changed."""
        fresh = self._store.search(self._query) if self._query.strip() else self._store.list()
        wanted = {row.id for row in fresh}
        for position in range(len(self._rows) - 1, -1, -1):
            if self._rows[position].id not in wanted:
                self._remove_row(position)
        for position, conversation in enumerate(fresh):
            self._place(position, conversation)
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

    def _get_query(self) -> str:
        return self._query

    def _set_query(self, query: str) -> None:
        if query != self._query:
            self._query = query
            self.query_changed.emit()
            self.refresh()

    query = Property(str, _get_query, _set_query, notify=query_changed)

    @Slot(str)
    def open(self, conversation_id: str) -> None:
        """Shows a conversation."""
        self.select(conversation_id)

    @Slot(str, str)
    def rename(self, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; an empty one leaves it as it is."""
        if title.strip():
            self._store.rename(conversation_id, title.strip())
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

        def undo() -> None:
            self._store.restore(conversation_id)
            self.refresh()
            self.select(conversation_id)

        text = i18n.text("sidebar.deleted", title=title)
        self._notifier.show(text, i18n.text("toast.undo"), undo)

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

    def _place(self, position: int, conversation: Conversation) -> None:
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
                return day_of(row.updated_at, datetime.now(UTC))
            case 3:
                return row.id == self._current
            case 4:
                return row.id in self._streaming
        return row.title if role == DISPLAY_ROLE else None
