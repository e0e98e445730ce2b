"""What a person does with one block of a reply: copies a table as CSV, saves code as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QDir, QObject, QStandardPaths, QUrl, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.markup import tables
from app.presentation.notifier import Notifier
from app.services import saving

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class BlockActions(QObject):  # type: ignore[operator]
    """Acts on what a row shows, and says in a toast what came of it."""

    def __init__(self, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier

    @Slot("QVariantMap")
    def copyTable(self, table: dict[str, Any]) -> None:
        """Copies a table, as the transcript's model gives it, as CSV."""
        QGuiApplication.clipboard().setText(tables.csv_of([table["header"], *table["rows"]]))
        self._notifier.show(i18n.text("window.copied"))

    @Slot(str, result=str)
    def fileName(self, language: str) -> str:
        """Returns how a file with code in ``language`` may be called."""
        return saving.file_name(language)

    @Slot(str, result=QUrl)
    def fileUrl(self, name: str) -> QUrl:
        """Returns where a file of that name is saved if the person chooses no other place."""
        place = QStandardPaths.StandardLocation.DownloadLocation
        folder = QStandardPaths.writableLocation(place) or QDir.homePath()
        return QUrl.fromLocalFile(str(Path(folder, name)))

    @Slot(QUrl, str)
    def saveCode(self, url: QUrl, code: str) -> None:
        """Writes code into the file that the person chose."""
        path = Path(url.toLocalFile())
        try:
            saving.save_text(path, code)
        except AppError as error:
            self._notifier.show(i18n.error_sentence(error.key, error.values))
        else:
            self._notifier.show(i18n.text("transcript.saved", name=path.name))
