"""Every request that Skald made, for the Privacy section: the latest as rows, and how many there are in all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.qml_property import Property
from app.storage.request_log import RequestLog, RequestNote

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

MOST_SHOWN: Final = 100


@QmlElement
@QmlUncreatable("made by the program")
class RequestListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are requests, the newest first; read anew when the page is opened."""

    changed = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._rows: list[RequestNote] = []

    @Slot()
    def refresh(self) -> None:
        """Reads the list again."""
        self.beginResetModel()
        self._rows = RequestLog(self._path).latest(MOST_SHOWN)
        self.endResetModel()
        self.changed.emit()

    @Property(str, notify=changed)
    def heading(self) -> str:
        if not self._rows:
            return i18n.text("settings.requests_none")
        return i18n.text("settings.requests_latest", number=len(self._rows), path=self._path)

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(("line",))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if not 0 <= index.row() < len(self._rows) or role not in (DISPLAY_ROLE, FIRST_ROLE):
            return None
        note = self._rows[index.row()]
        return f"{note.moment[:19].replace('T', ' ')}  {note.method}  {note.address}"
