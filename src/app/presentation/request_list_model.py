"""Every request that Skald made, for the Privacy section: the latest as rows, and how many there are in all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.qml_property import Property
from app.presentation.rows import Rows
from app.storage.request_log import RequestLog, RequestNote

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

MOST_SHOWN: Final = 100


@QmlElement
@QmlUncreatable("made by the program")
class RequestListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are requests, the newest first; read anew when the page is opened."""

    count_changed = Signal()

    ROLES = ("line",)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RequestNote] = []
        self._path = path

    @Slot()
    def refresh(self) -> None:
        """Reads the list again."""
        self.replace_rows(RequestLog(self._path).latest(MOST_SHOWN))

    @Property(str, notify=count_changed)
    def heading(self) -> str:
        if not self._rows:
            return i18n.text("settings.requests_none")
        return i18n.text("settings.requests_latest", number=len(self._rows), path=self._path)

    def value(self, row: RequestNote, _role: str) -> Any:
        return f"{row.moment[:19].replace('T', ' ')}  {row.method}  {row.address}"
