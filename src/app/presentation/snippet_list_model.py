"""The snippets as rows for the Settings page, filtered by what is typed into the search field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.presets import Snippet
from app.presentation.preset_list_model import MANY
from app.presentation.qml_property import Property
from app.presentation.rows import Rows

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class SnippetListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are snippets."""

    count_changed = Signal()
    query_changed = Signal()

    ROLES = ("name", "snippetId", "detail", "text")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Snippet] = []
        self._rows: list[Snippet] = []
        self._query = ""

    def show(self, snippets: Sequence[Snippet]) -> None:
        """Shows these snippets, as far as they fit what is searched."""
        self._all = list(snippets)
        self._filter()

    @property
    def snippets(self) -> Sequence[Snippet]:
        """All snippets, whatever is searched."""
        return self._all

    @Property(bool, notify=count_changed)
    def isLong(self) -> bool:
        return len(self._all) > MANY

    @Property(str, notify=count_changed)
    def emptyText(self) -> str:
        if self._rows:
            return ""
        return i18n.text("sidebar.nothing_found") if self._all else i18n.text("snippets.none")

    def _get_query(self) -> str:
        return self._query

    def _set_query(self, query: str) -> None:
        if query != self._query:
            self._query = query
            self.query_changed.emit()
            self._filter()

    query = Property(str, _get_query, _set_query, notify=query_changed)

    def value(self, row: Snippet, role: str) -> Any:
        match role:
            case "snippetId":
                return row.id
            case "name":
                return row.name
            case "text":
                return row.text
            case _:
                return first_line(row.text)

    def _filter(self) -> None:
        words = self._query.casefold().split()
        fitting = (row for row in self._all if all(word in f"{row.name} {row.text}".casefold() for word in words))
        self.replace_rows(list(fitting))


def first_line(text: str) -> str:
    """Returns the beginning of a text as one short line."""
    return text.strip().split("\n", 1)[0][:200]
