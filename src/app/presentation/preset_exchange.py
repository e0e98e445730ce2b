"""Presets and snippets to a file and from one, for the Settings page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.notifier import Notifier
from app.services.preset_file import read_presets, write_presets
from app.storage.presets import PresetStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class PresetExchange(QObject):  # type: ignore[operator]
    """Writes and reads the file and says what came of it. The file is small and bounded: this takes no thread."""

    imported = Signal()

    def __init__(self, store: PresetStore, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._notifier = notifier

    @Slot(QUrl)
    def exportTo(self, url: QUrl) -> None:
        """Writes a person's presets and snippets."""
        path = Path(url.toLocalFile())
        path = path if path.suffix else path.with_suffix(".json")
        try:
            write_presets(self._store, path)
        except AppError as error:
            self._notifier.show(i18n.error_sentence(error.key, error.values))
            return
        self._notifier.show(i18n.text("presets.exported", path=path))

    @Slot(QUrl)
    def importFrom(self, url: QUrl) -> None:
        """Adds what a file holds; all of it or, where it is bad, nothing."""
        try:
            added = read_presets(self._store, Path(url.toLocalFile()))
        except AppError as error:
            self._notifier.show(i18n.error_sentence(error.key, error.values), stays=True)
            return
        self.imported.emit()
        self._notifier.show(i18n.text("presets.imported", presets=added.presets, snippets=added.snippets))
