"""A signal ends the event loop from inside it."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot

from app.presentation.quit_signals import QuitSignals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_loop_ends_and_the_handlers_come_back(qtbot: QtBot, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    loop = QEventLoop()
    listener = QuitSignals(loop.quit)
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), number))
    QTimer.singleShot(5000, lambda: loop.exit(1))
    assert loop.exec() == 0
    listener.close()
    assert signal.getsignal(number) is before
