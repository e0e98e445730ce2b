"""The window's queue of downloads: one at a time, in the person's order, there again after any end of the program."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.domain.downloads import Download, DownloadProgress, DownloadState
from app.domain.errors import AppError, DiskFull, ErrorReport, NoRoom
from app.presentation.side_thread import SideThread
from app.storage.downloads import DownloadStore

if TYPE_CHECKING:
    from app.library.fetch import Control
    from app.library.pace import Speedometer
    from app.services.downloading import Downloader

LOOK_EVERY_MS: Final = 200
_ACTIVE: Final = (DownloadState.QUEUED, DownloadState.RUNNING)


class DownloadQueue(QObject):
    """Lives on the window's thread; the bytes come in a thread of its own.

    ``changed`` after every change of the list, ``progressed`` with the id of the download that got further,
    ``finished`` with the path of a model file that is verified and has its name.
    """

    changed = Signal()
    progressed = Signal(str)
    finished = Signal(str, str)
    _replanned = Signal(object)

    def __init__(
        self, store: DownloadStore, make_downloader: Callable[[], Downloader], parent: QObject | None = None
    ) -> None:
        """``make_downloader`` is called in the thread of the downloads, as it may ask the system's keyring."""
        super().__init__(parent)
        self._store = store
        self._make_downloader = make_downloader
        self._thread = SideThread("downloads", self)
        self._control: Control | None = None
        self._running = ""
        self._meter: _Meter | None = None
        self._speed: Speedometer | None = None
        self._look_again = QTimer(self, interval=LOOK_EVERY_MS)
        self._look_again.timeout.connect(self._look)
        self._progress: dict[str, DownloadProgress] = {}
        self.downloads: list[Download] = []
        self._replanned.connect(self._take_plan)

    def start(self) -> None:
        """Takes up what was under way when the program ended."""
        self._read()
        self._next()

    def add(self, download: Download) -> None:
        """Queues a download; the same one that is there already goes on."""
        if any(entry.name == download.name and entry.state in _ACTIVE for entry in self.downloads):
            return
        self._store.add(download)
        self._read()
        self._next()

    def progress(self, download: Download) -> DownloadProgress:
        """Returns how far a download is, as last told; else as it is on disk."""
        if download.id not in self._progress:
            from app.services.downloading import held_bytes

            self._progress[download.id] = DownloadProgress(download.id, held_bytes(download), download.bytes)
        return self._progress[download.id]

    def pause(self, download_id: str) -> None:
        """Stops a download; what came stays."""
        self._change(download_id, DownloadState.PAUSED)
        self._stop(download_id)

    def pause_all(self) -> None:
        """Stops everything that is under way or waits."""
        for download in self.downloads:
            if download.state in _ACTIVE:
                self.pause(download.id)

    def resume(self, download_id: str) -> None:
        """Queues a download that was paused or failed."""
        self._change(download_id, DownloadState.QUEUED)
        self._next()

    def move(self, download_id: str, by: int) -> None:
        """Moves a download up (−1) or down (1) in the queue."""
        ids = [download.id for download in self.downloads]
        if download_id not in ids:
            return
        at = ids.index(download_id)
        ids.insert(max(0, min(at + by, len(ids) - 1)), ids.pop(at))
        self._store.reorder(ids)
        self._read()

    def cancel(self, download_id: str) -> Download | None:
        """Takes a download out of the queue and returns it; what came of it stays until `discard`."""
        found = next((download for download in self.downloads if download.id == download_id), None)
        self._store.remove(download_id)
        self._stop(download_id)
        self._read()
        return found

    def discard(self, download: Download) -> None:
        """Removes what came of a download that was cancelled, unless it is in the queue again."""
        if any(entry.name == download.name for entry in self.downloads):
            return
        from app.services.downloading import discard

        self._thread.run(lambda: _quietly(lambda: discard(download)), lambda _nothing: None)

    def close(self) -> None:
        """Stops; what was under way goes on at the next start."""
        self._look_again.stop()
        if self._control is not None:
            self._control.stop()
        self._thread.close()

    def _read(self) -> None:
        self.downloads = self._store.list()
        self.changed.emit()

    def _change(self, download_id: str, state: DownloadState, error: ErrorReport | None = None) -> None:
        found = self._store.get(download_id)
        if found is not None:
            self._store.change(replace(found, state=state, error=error))
            self._read()

    def _stop(self, download_id: str) -> None:
        if self._running == download_id and self._control is not None:
            self._control.stop()

    def _next(self) -> None:
        """Begins the first download that waits, if none is under way."""
        waiting = next((download for download in self.downloads if download.state in _ACTIVE), None)
        if self._running or waiting is None:
            return
        from app.library.fetch import Control
        from app.library.pace import Speedometer

        download, control = replace(waiting, state=DownloadState.RUNNING, error=None), Control()
        self._control, self._running = control, download.id
        self._change(download.id, DownloadState.RUNNING)
        meter = self._meter = _Meter(download)
        self._speed = Speedometer()
        self._look_again.start()
        self._thread.run(
            lambda: self._bring(download, control, meter),
            lambda path: self._end(download, path),
            lambda error: self._fail(download, error),
        )

    def _bring(self, download: Download, control: Control, meter: _Meter) -> Path | None:
        """Runs in the thread of the downloads."""
        return self._make_downloader().run(download, control, meter.show, lambda plan: self._replan(plan, meter))

    def _replan(self, plan: Download, meter: _Meter) -> None:
        meter.total = plan.bytes
        self._replanned.emit(plan)

    @Slot()
    def _look(self) -> None:
        """Tells how far the download under way is; a stalled one loses its speed."""
        meter, speed = self._meter, self._speed
        if meter is None or speed is None or meter.done is None:
            return
        done, before = meter.done, self._progress.get(meter.id)
        if before is not None:
            speed.add(max(0, done - before.done))
        left = speed.seconds_left(max(0, meter.total - done))
        self._progress[meter.id] = DownloadProgress(meter.id, done, meter.total, speed.bytes_per_s(), left)
        self.progressed.emit(meter.id)

    @Slot(object)
    def _take_plan(self, plan: Download) -> None:
        self._store.change(plan)
        self._read()

    def _end(self, download: Download, path: Path | None) -> None:
        self._settle(download)
        if path is not None:
            self._store.remove(download.id)
            self._read()
            self.finished.emit(download.name, str(path))
        self._next()

    def _fail(self, download: Download, error: AppError) -> None:
        self._settle(download)
        is_full = isinstance(error, NoRoom | DiskFull)
        self._change(download.id, DownloadState.PAUSED if is_full else DownloadState.FAILED, error.report())
        self._next()

    def _settle(self, download: Download) -> None:
        self._running, self._control, self._meter = "", None, None
        self._look_again.stop()
        self._progress.pop(download.id, None)


class _Meter:
    """How much of a download is on disk: written by its thread, read by the window's."""

    def __init__(self, download: Download) -> None:
        self.id = download.id
        self.total = download.bytes
        self.done: int | None = None

    def show(self, done: int) -> None:
        """Takes how many bytes are on disk."""
        self.done = done


def _quietly(work: Callable[[], None]) -> None:
    """What cannot be removed now is found as a partial file the next time."""
    with contextlib.suppress(OSError):
        work()
