"""Turns the bytes of tokens into text that can be shown: whole characters only, nothing of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Iterable


class TextStream:
    """Bytes in, text out, in constant time a token.

    A character whose bytes are split over tokens waits for its last byte; bytes that are no UTF-8 become U+FFFD.
    Text that may be the beginning of a stop string waits until that is decided.
    """

    def __init__(self, stop: Iterable[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._decode = self._decoder.decode
        self._stop = tuple(text for text in stop if text)
        self._longest = max(map(len, self._stop), default=1) - 1
        self._ready: list[str] = []
        self._held = ""
        self.is_stopped = False

    @property
    def is_within_character(self) -> bool:
        """Whether the bytes so far end within a character."""
        return bool(self._decoder.getstate()[0])

    def feed(self, piece: bytes) -> bool:
        """Takes the bytes of the next tokens. Returns whether a stop string is complete; nothing counts after it."""
        text = self._decode(piece)
        if not self._stop:
            self._ready.append(text)
            return False
        if text and not self.is_stopped:
            self._search(self._held + text)
        return self.is_stopped

    def take(self) -> str:
        """Returns the text that became certain since the last call."""
        text = "".join(self._ready)
        self._ready.clear()
        return text

    def finish(self) -> str:
        """Returns the rest: no token follows, so no text waits any more. A character without its end is left out."""
        certain = self.take() + self._held
        self._held = ""
        return certain

    def _search(self, text: str) -> None:
        found = min((at for at in map(text.find, self._stop) if at >= 0), default=-1)
        if found >= 0:
            self.is_stopped = True
            self._ready.append(text[:found])
            self._held = ""
            return
        held = self._undecided(text)
        self._ready.append(text[: len(text) - held])
        self._held = text[len(text) - held :]

    def _undecided(self, text: str) -> int:
        """Returns how many characters at the end of ``text`` may begin a stop string."""
        for length in range(min(self._longest, len(text)), 0, -1):
            tail = text[-length:]
            if any(stop.startswith(tail) for stop in self._stop):
                return length
        return 0
