"""Snippets: written, changed and deleted on the Settings page, put into a message by the menu that ``/`` opens."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QObject, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.presets import LONGEST_TEXT, Snippet, is_name
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.snippet_list_model import SnippetListModel
from app.presentation.snippet_menu import SnippetMenu
from app.storage.presets import PresetStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class SnippetController(QObject):  # type: ignore[operator]
    """Joins the kept snippets with their list and their menu."""

    def __init__(self, store: PresetStore, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier
        self._list = SnippetListModel(self)
        self._menu = SnippetMenu(lambda: self._list.snippets, self)
        self.refresh()

    def refresh(self) -> None:
        """Reads the snippets again."""
        self._list.show(self._store.snippets())

    @Property(SnippetListModel, constant=True)
    def list(self) -> SnippetListModel:
        return self._list

    @Property(SnippetMenu, constant=True)
    def menu(self) -> SnippetMenu:
        return self._menu

    @Slot(str, str, result=str)
    def problemOf(self, snippet_id: str, name: str) -> str:
        """Returns why a snippet cannot have a name, "" where it can or nothing is typed yet."""
        if name and not is_name(name):
            return i18n.text("presets.bad_name")
        wanted = name.strip().casefold()
        is_taken = any(one.name.casefold() == wanted and one.id != snippet_id for one in self._list.snippets)
        return i18n.text("snippets.taken") if is_taken else ""

    @Slot(str, str, str)
    def save(self, snippet_id: str, name: str, text: str) -> None:
        """Keeps a snippet; "" as its id makes a new one."""
        if is_name(name) and text.strip() and not self.problemOf(snippet_id, name):
            self._store.keep(Snippet(snippet_id or uuid.uuid4().hex, name.strip(), text[:LONGEST_TEXT]))
            self.refresh()

    @Slot(str)
    def remove(self, snippet_id: str) -> None:
        """Deletes a snippet; the toast brings it back."""
        snippet = next((one for one in self._list.snippets if one.id == snippet_id), None)
        if snippet is None:
            return

        def undo() -> None:
            self._store.keep(snippet)
            self.refresh()

        self._store.delete(snippet_id)
        self.refresh()
        self._notifier.show(i18n.text("presets.deleted", name=snippet.name), i18n.text("toast.undo"), undo)
