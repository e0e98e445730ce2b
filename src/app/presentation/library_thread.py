"""The library beside the window: headers are read and files are moved in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from app.domain.errors import AppError
from app.presentation.side_thread import SideThread

if TYPE_CHECKING:
    from app.library.library import Library

Result = TypeVar("Result")


class LibraryThread(QObject):
    """Owns a library, with a connection to the database of its own."""

    def __init__(
        self, open_library: Callable[[], tuple[Library, Callable[[], None]]], parent: QObject | None = None
    ) -> None:
        """``open_library`` is called in the thread; it gives the library and what closes it."""
        super().__init__(parent)
        self._open_library = open_library
        self._thread = SideThread("library", self)
        self._opened: tuple[Library, Callable[[], None]] | None = None

    def run(
        self,
        work: Callable[[Library], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Does ``work`` with the library; then ``done`` or ``failed`` on the window's thread."""
        self._thread.run(lambda: work(self._library()), done, failed)

    def close(self) -> None:
        """Ends the thread and closes its library."""
        self._thread.close(self._close_library)

    def _library(self) -> Library:
        if self._opened is None:
            self._opened = self._open_library()
        return self._opened[0]

    def _close_library(self) -> None:
        if self._opened is not None:
            self._opened[1]()
