"""Ctrl+C while the engine works: the first one stops the reply, the second one ends everything."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

import psutil

if TYPE_CHECKING:
    from app.engine.client import EngineClient


class Interrupts:
    """A context manager around one piece of the engine's work; ``is_asked`` tells whether the person wants its end."""

    def __init__(self, engine: EngineClient) -> None:
        self.is_asked = False
        self._is_over = False
        self._engine = engine
        self._previous: Any = None

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_asked:
            self._is_over = True
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a third one must not disturb what is saved at the end
            self._kill_engine()
            raise KeyboardInterrupt
        self.is_asked = True
        # Not from here: the thread that this interrupts may hold the engine's lock.
        threading.Thread(target=self._engine.cancel, name="interrupt", daemon=True).start()

    def _kill_engine(self) -> None:
        pid = self._engine.pid
        if pid is not None:
            try:
                psutil.Process(pid).kill()
            except psutil.NoSuchProcess:
                return

    def __enter__(self) -> Self:
        self._previous = signal.signal(signal.SIGINT, self._receive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_over:
            signal.signal(signal.SIGINT, self._previous)


@contextmanager
def first_interrupt(stop: Callable[[], None]) -> Iterator[None]:
    """Lets the first Ctrl+C call ``stop`` instead of ending the program; the second one ends it."""

    def receive(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        threading.Thread(target=stop, name="interrupt", daemon=True).start()

    previous = signal.signal(signal.SIGINT, receive)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
