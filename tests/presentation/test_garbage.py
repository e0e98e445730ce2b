"""No garbage is collected beside the window's thread while there is a window."""

from __future__ import annotations

import gc
import threading

from pytestqt.qtbot import QtBot

from app.presentation import garbage
from app.presentation.garbage import GarbageCollector


class Knot:
    """Something that only the cyclic collector frees; ``freed_in`` keeps the thread that did."""

    freed_in: list[str]

    def __init__(self, freed_in: list[str]) -> None:
        self.freed_in = freed_in
        self.itself = self

    def __del__(self) -> None:
        self.freed_in.append(threading.current_thread().name)


def test_only_the_windows_thread_collects(qtbot: QtBot) -> None:
    gc.enable()
    collector = GarbageCollector()
    try:
        freed: list[str] = []

        def litter() -> None:
            for _ in range(5_000):
                Knot(freed)

        other = threading.Thread(target=litter, name="other")
        other.start()
        other.join()
        assert freed == []
        qtbot.waitUntil(lambda: len(freed) == 5_000, timeout=10 * garbage.LOOK_EVERY_MS)
        assert set(freed) == {threading.main_thread().name}
    finally:
        collector.close()
    assert gc.isenabled()
    gc.disable()  # as all tests have it
