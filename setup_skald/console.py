"""Speaks to the person at the terminal, on stderr, so that stdout stays the program's own."""

from __future__ import annotations

import sys
import time
from typing import TextIO

QUIET_S = 20.0
"""Seconds between two progress lines where the terminal cannot rewrite a line."""


class Console:
    """Writes whole sentences, and one progress line that rewrites itself on a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._width = 0
        self._last_progress = 0.0

    def say(self, text: str) -> None:
        """Writes a line that stays."""
        self._clear()
        self._write(text + "\n")

    def progress(self, text: str) -> None:
        """Shows where a long step stands; without a terminal, one line every ``QUIET_S`` seconds."""
        if self._is_terminal:
            line = text[:78]
            self._write("\r" + line.ljust(self._width))
            self._width = len(line)
        elif time.monotonic() - self._last_progress >= QUIET_S:
            self._last_progress = time.monotonic()
            self._write(text + "\n")

    def _clear(self) -> None:
        if self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
