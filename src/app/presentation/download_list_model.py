"""The downloads as rows: how far each is, how fast, what is wrong with it, and what can be done."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.downloads import Download, DownloadState
from app.presentation.download_queue import DownloadQueue
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.rows import Rows

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class DownloadListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are downloads, the next one first."""

    count_changed = Signal()

    ROLES = ("title", "downloadId", "detail", "fraction", "progressState", "problem", "canMoveUp")

    def __init__(self, queue: DownloadQueue, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Download] = []
        self._queue = queue
        self._notifier = notifier
        queue.changed.connect(self.refresh)
        queue.progressed.connect(self._touch)

    @Slot()
    def refresh(self) -> None:
        """Shows the queue as it is; where the same downloads stand in the same order the rows stay."""
        fresh = list(self._queue.downloads)
        if [row.id for row in fresh] == [row.id for row in self._rows]:
            self._rows = fresh
            self.touch()
        else:
            self.replace_rows(fresh)

    @Slot(str)
    def _touch(self, download_id: str) -> None:
        for at, row in enumerate(self._rows):
            if row.id == download_id:
                self.dataChanged.emit(self.index(at), self.index(at))

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

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    def value(self, row: Download, role: str) -> Any:
        match role:
            case "downloadId":
                return row.id
            case "title":
                return row.name
            case "detail":
                return self._detail(row)
            case "fraction":
                return self._queue.progress(row).done / max(row.bytes, 1)
            case "progressState":
                return row.state.value
            case "problem":
                return i18n.error_sentence(row.error.key, row.error.values) if row.error else ""
            case _:
                return row is not self._rows[0]

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
