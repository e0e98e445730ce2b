"""The store beside the window, for what may take longer than a frame: searching, and deleting for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject

from app.domain.errors import AppError
from app.presentation.side_thread import SideThread
from app.storage.database import Database, Interrupted

Result = TypeVar("Result")


class StoreThread(QObject):
    """Has a connection to the database of its own, opened at the first piece of work."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._thread = SideThread("store", self)
        self._database: Database | None = None

    def run(
        self,
        work: Callable[[Database], Result],
        done: Callable[[Result | None], None],
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Does ``work``; then ``done`` on the window's thread, with None where it was interrupted, or ``failed``."""

        def piece() -> Result | None:
            if self._database is None:
                self._database = Database.open(self._path)
            try:
                return work(self._database)
            except Interrupted:
                return None

        self._thread.run(piece, done, failed)

    def interrupt(self) -> None:
        """Ends the query that is under way; never waits."""
        if self._database is not None:
            self._database.interrupt()

    def close(self) -> None:
        """Ends the thread and its connection."""
        self.interrupt()
        self._thread.close(self._close_database)

    def _close_database(self) -> None:
        if self._database is not None:
            self._database.close()
