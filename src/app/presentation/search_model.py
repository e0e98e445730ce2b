"""What a search finds, as a person types: the conversations, each with the line that has the match."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QAbstractListModel, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.rows import Rows
from app.presentation.store_thread import StoreThread
from app.storage.conversation_search import ConversationSearch, SearchHit

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class SearchModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are the hits of ``query``. One search runs at a time, and after it the newest query; older ones are dropped.

    ``chosen`` tells which conversation is to be shown, and which message of it, "" where its title was found.
    """

    ROLES: ClassVar[tuple[str, ...]] = ("title", "conversationId", "messageId", "before", "match", "after", "line")

    count_changed = Signal()
    query_changed = Signal()
    found = Signal()
    chosen = Signal(str, str)

    def __init__(self, thread: StoreThread, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._notifier = notifier
        self._rows: list[SearchHit] = []
        self._query = ""
        self._asked = ""
        self._is_searching = False

    def _get_query(self) -> str:
        return self._query

    def _set_query(self, query: str) -> None:
        if query == self._query:
            return
        self._query = query
        self.query_changed.emit()
        self.refresh()

    query = Property(str, _get_query, _set_query, notify=query_changed)

    @Property(bool, notify=query_changed)
    def isActive(self) -> bool:
        return bool(self._query.strip())

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    @Property(str, notify=found)
    def state(self) -> str:
        if self._asked != self._query or self._is_searching:
            return ""
        return i18n.text("search.count", count=len(self._rows)) if self._rows else i18n.text("sidebar.nothing_found")

    @Slot(int)
    def open(self, row: int) -> None:
        """Asks for a hit to be shown."""
        if 0 <= row < len(self._rows):
            hit = self._rows[row]
            self.chosen.emit(hit.conversation.id, hit.message_id)

    def refresh(self) -> None:
        """Searches again, because the query or the conversations have changed."""
        if not self.isActive:
            self._asked = self._query
            self._thread.interrupt()
            self.replace_rows([])
            self.found.emit()
        elif self._is_searching:
            self._thread.interrupt()
        else:
            self._search()

    def _search(self) -> None:
        query = self._asked = self._query
        self._is_searching = True
        self._thread.run(lambda database: ConversationSearch(database).find(query), self._take, self._fail)

    def _take(self, hits: list[SearchHit] | None) -> None:
        self._is_searching = False
        if self.isActive and (hits is None or self._asked != self._query):
            self._search()
        elif self.isActive:
            self.replace_rows(hits or [])
            self.found.emit()

    def _fail(self, error: AppError) -> None:
        self._is_searching = False
        self._notifier.show(i18n.error_sentence(error.key, error.values))

    def value(self, row: SearchHit, role: str) -> Any:
        match role:
            case "title":
                return row.conversation.title
            case "conversationId":
                return row.conversation.id
            case "messageId":
                return row.message_id
            case "line":
                return row.before + row.match + row.after
            case _:
                return getattr(row, role)
