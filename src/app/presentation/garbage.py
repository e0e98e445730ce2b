"""Python's cyclic collector, kept on the window's thread.

It runs in whichever thread allocates, and in another one it could delete a QObject there: "Timers cannot be stopped
from another thread", or the end of the program.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_EVERY_MS: Final = 500


class GarbageCollector(QObject):
    """Collects as often as Python itself would, from a timer of this thread; `close` gives the collector back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def close(self) -> None:
        """Lets Python collect by itself again; to be called when no other thread is left."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _collect(self) -> None:
        due = [count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(due):
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))
