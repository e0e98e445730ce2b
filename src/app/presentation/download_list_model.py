"""The downloads as rows: how far each is, how fast, what is wrong with it, and what can be done."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.downloads import Download, DownloadState
from app.presentation.download_queue import DownloadQueue
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = ("downloadId", "title", "detail", "fraction", "progressState", "problem", "canMoveUp")


@QmlElement
@QmlUncreatable("made by the program")
class DownloadListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are downloads, the next one first."""

    count_changed = Signal()

    def __init__(self, queue: DownloadQueue, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._notifier = notifier
        self._rows: list[Download] = []
        queue.changed.connect(self.refresh)
        queue.progressed.connect(self._touch)

    @Slot()
    def refresh(self) -> None:
        """Shows the queue as it is; where the same downloads stand in the same order the rows stay."""
        fresh = list(self._queue.downloads)
        if [row.id for row in fresh] == [row.id for row in self._rows]:
            self._rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()
        self.count_changed.emit()

    @Slot(str)
    def _touch(self, download_id: str) -> None:
        for at, row in enumerate(self._rows):
            if row.id == download_id:
                self.dataChanged.emit(self.index(at), self.index(at))

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    @Slot(str)
    def pause(self, download_id: str) -> None:
        """Stops a download; what came stays."""
        self._queue.pause(download_id)

    @Slot(str)
    def resume(self, download_id: str) -> None:
        """Goes on with a download that was paused or failed."""
        self._queue.resume(download_id)

    @Slot(str)
    def moveUp(self, download_id: str) -> None:
        """Brings a download forward in the queue."""
        self._queue.move(download_id, -1)

    @Slot(str)
    def cancel(self, download_id: str) -> None:
        """Ends a download; until the toast goes it can be brought back with all that came of it."""
        cancelled = self._queue.cancel(download_id)
        if cancelled is None:
            return
        self._notifier.show(
            i18n.text("downloads.cancelled", name=cancelled.name),
            i18n.text("toast.undo"),
            lambda: self._queue.add(cancelled),
            lambda: self._queue.discard(cancelled),
        )

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(ROLES)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        done = self._queue.progress(row).done
        values: dict[int, Any] = {
            DISPLAY_ROLE: row.name,
            FIRST_ROLE: row.id,
            FIRST_ROLE + 1: row.name,
            FIRST_ROLE + 2: self._detail(row),
            FIRST_ROLE + 3: done / max(row.bytes, 1),
            FIRST_ROLE + 4: row.state.value,
            FIRST_ROLE + 5: " ".join(i18n.error_text(row.error.key, row.error.values)) if row.error else "",
            FIRST_ROLE + 6: index.row() > 0,
        }
        return values.get(role)

    def _detail(self, row: Download) -> str:
        progress = self._queue.progress(row)
        amount = i18n.text("downloads.amount", done=i18n.size(progress.done), total=i18n.size(row.bytes))
        if row.state is not DownloadState.RUNNING:
            return f"{amount} · {i18n.text(f'downloads.state.{row.state.value}')}"
        parts = [amount]
        if progress.bytes_per_s > 0:
            parts.append(i18n.text("downloads.speed", speed=i18n.size(progress.bytes_per_s)))
        if progress.seconds_left is not None:
            parts.append(i18n.duration(progress.seconds_left))
        return " · ".join(parts)
