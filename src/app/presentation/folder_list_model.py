"""The folders that Skald keeps things in, for the Settings page: what each is for, where it lies, how large it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.paths import Paths
from app.presentation.quantities import bytes_text
from app.presentation.rows import Rows
from app.presentation.side_thread import SideThread

if TYPE_CHECKING:
    from app.services.kept import KeptFolder

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class FolderListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are folders; they are measured beside the window each time the page is opened."""

    count_changed = Signal()

    ROLES = ("name", "path", "sizeText")

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[KeptFolder] = []
        self._paths = paths
        self._thread = SideThread("folders", self)

    @Slot()
    def refresh(self) -> None:
        """Measures the folders again."""

        def work() -> list[KeptFolder]:
            from app.services.kept import kept_folders

            return kept_folders(self._paths)

        self._thread.run(work, self.replace_rows)

    @Slot(str)
    def open(self, path: str) -> None:
        """Shows a folder in the system's file manager; one that is not there yet is made."""
        Path(path).mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def close(self) -> None:
        """Ends the thread."""
        self._thread.close()

    def value(self, row: KeptFolder, role: str) -> Any:
        match role:
            case "name":
                return i18n.text(f"settings.folder.{row.key}")
            case "path":
                return str(row.path)
            case _:
                return bytes_text(row.bytes)
