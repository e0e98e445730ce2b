"""Work that is too slow for the window's thread: one piece after the other in a thread beside it."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.errors import AppError

Result = TypeVar("Result")


class SideThread(QObject):
    """Runs pieces of work in their order; what they give comes back on the thread that this object lives in.

    The thread is a daemon: a piece that waits for the network never keeps the program from ending.
    """

    _ended = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._work: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._ended.connect(self._deliver)

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Runs ``work`` beside; then ``done`` with its result or ``failed`` with its known error, here."""

        def piece() -> Callable[[], None]:
            try:
                result = work()
            except AppError as error:
                problem = error
                return lambda: failed(problem) if failed else None
            return lambda: done(result)

        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name=self._name, daemon=True)
            self._thread.start()
        self._work.put(piece)

    def close(self, last: Callable[[], None] | None = None, within_s: float = 2.0) -> None:
        """Ends the thread after what it does now and after ``last``; results that come later are dropped."""
        self._is_closed = True
        if self._thread is None:
            return
        while not self._work.empty():
            self._work.get()
        if last is not None:
            self._work.put(lambda: _then_nothing(last))
        self._work.put(None)
        self._thread.join(within_s)

    def _loop(self) -> None:
        while (piece := self._work.get()) is not None:
            try:
                deliver = piece()
            except Exception:  # noqa: BLE001 - the border of this thread: a bug is reported, and the next piece runs
                sys.excepthook(*sys.exc_info())
                continue
            if not self._is_closed:
                self._ended.emit(deliver)

    @Slot(object)
    def _deliver(self, deliver: Any) -> None:
        if not self._is_closed:
            deliver()


def _then_nothing(last: Callable[[], None]) -> Callable[[], None]:
    last()
    return lambda: None
