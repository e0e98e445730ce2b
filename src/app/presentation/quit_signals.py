"""Ends the event loop on SIGINT and SIGTERM, so that a killed window still saves and ends its engine."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

NUMBERS = (signal.SIGINT, signal.SIGTERM)


class QuitSignals(QObject):
    """Carries the signals from Python's wake-up descriptor into Qt's loop until it is closed."""

    def __init__(self, quit_loop: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno())
        self._before = {number: signal.signal(number, lambda *_: None) for number in NUMBERS}
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(quit_loop)

    def close(self) -> None:
        """Gives the signals back to who had them."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()
