"""The list that opens while a message begins with ``/``: snippets to put in, and a few commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.presets import LONGEST_NAME, LONGEST_TEXT, Snippet
from app.presentation.qml_property import Property
from app.presentation.rows import Rows
from app.presentation.snippet_list_model import first_line

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

COMMANDS: Final = ("new", "regenerate", "snippets")
_VARIABLE: Final = re.compile(r"\{\{(cursor|clipboard)\}\}")


@dataclass(frozen=True)
class Entry:
    """One row: a snippet, or a command where there is none."""

    name: str
    detail: str
    snippet: Snippet | None = None


@QmlElement
@QmlUncreatable("made by the program")
class SnippetMenu(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are what fits the beginning that is typed; those whose name begins with it come first.

    Once it is closed by the person it stays closed until the message begins with something else.
    """

    count_changed = Signal()
    changed = Signal()
    inserted = Signal(str, int, arguments=["text", "cursor"])
    command_chosen = Signal(str)

    ROLES = ("name", "detail")

    def __init__(self, snippets: Callable[[], Sequence[Snippet]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snippets = snippets
        self._rows: list[Entry] = []
        self._current = 0
        self._is_dismissed = False

    @Property(bool, notify=changed)
    def isOpen(self) -> bool:
        return bool(self._rows)

    @Property(int, notify=changed)
    def currentIndex(self) -> int:
        return self._current

    @Property(str, notify=changed)
    def currentText(self) -> str:
        """What a screen reader says of the current row: the keyboard stays in the message box."""
        if not self._rows:
            return ""
        row, at = self._rows[self._current], self._current + 1
        return i18n.text("snippets.position", name=row.name, detail=row.detail, number=at, total=len(self._rows))

    @Slot(str)
    def look(self, text: str) -> None:
        """Opens, filters or closes the list by what stands in the message box."""
        is_name = text.startswith("/") and "\n" not in text and len(text) <= LONGEST_NAME
        self._is_dismissed = self._is_dismissed and text.startswith("/")
        self._show(self._fitting(text[1:].casefold()) if is_name and not self._is_dismissed else [])

    @Slot(int)
    def step(self, by: int) -> None:
        """Makes another row the current one, round and round."""
        if self._rows:
            self._current = (self._current + by) % len(self._rows)
            self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Closes the list and leaves the message as it is."""
        self._is_dismissed = True
        self._show([])

    @Slot()
    def chooseCurrent(self) -> None:
        """Puts the current snippet into the message box, or runs the command."""
        self.choose(self._current)

    @Slot(int)
    def choose(self, row: int) -> None:
        """Puts a snippet in place of what was typed, or runs a command and leaves the box empty."""
        if not 0 <= row < len(self._rows):
            return
        entry = self._rows[row]
        self.close()
        if entry.snippet is None:
            self.inserted.emit("", 0)
            self.command_chosen.emit(entry.name)
        else:
            self.inserted.emit(*filled(entry.snippet.text, QGuiApplication.clipboard().text()))

    def value(self, row: Entry, role: str) -> Any:
        return row.name if role == "name" else row.detail

    def _fitting(self, typed: str) -> list[Entry]:
        commands = [Entry(name, i18n.text(f"command.{name}")) for name in COMMANDS]
        every = [*(Entry(one.name, first_line(one.text), one) for one in self._snippets()), *commands]
        fitting = [
            entry
            for entry in every
            if typed in entry.name.casefold() or (entry.snippet is None and typed in entry.detail.casefold())
        ]
        return sorted(fitting, key=lambda entry: not entry.name.casefold().startswith(typed))

    def _show(self, rows: Sequence[Entry]) -> None:
        if rows or self._rows:
            self._current = 0
            self.replace_rows(rows)
            self.changed.emit()


def filled(text: str, clipboard: str) -> tuple[str, int]:
    """Returns a snippet's text with its variables filled in, and where the cursor goes: else to the end.

    What the clipboard holds is put in as it is, cut to the longest that a snippet may be.
    """
    made, cursor, end = "", None, 0
    for variable in _VARIABLE.finditer(text):
        made += text[end : variable.start()]
        end = variable.end()
        if variable[1] == "clipboard":
            made += clipboard[:LONGEST_TEXT]
        elif cursor is None:
            cursor = len(made)
    made += text[end:]
    return made, units(made if cursor is None else made[:cursor])


def units(text: str) -> int:
    """Returns how long QML counts a text: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
