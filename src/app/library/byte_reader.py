"""Reads little-endian values from the beginning of a large file through a small window."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

WINDOW: Final = 1 << 18
LONGEST_TOKEN: Final = 1 << 16
_U32: Final = struct.Struct("<I")
_U64: Final = struct.Struct("<Q")


class FileEnds(Exception):
    """The file is ``missing`` bytes too short for what was to be read."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


class ByteReader:
    """Holds at most one window and what a single ``take`` asks for; ``size`` is the file's, in bytes."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._window = b""
        self._at = 0
        self._start = 0

    @property
    def offset(self) -> int:
        """Bytes from the beginning of the file."""
        return self._start + self._at

    @property
    def remaining(self) -> int:
        """Bytes to the end of the file."""
        return self._size - self.offset

    def take(self, count: int) -> bytes:
        """Returns the next ``count`` bytes. Raises FileEnds before anything is read."""
        if self._at + count > len(self._window):
            self._fill(count)
        begin = self._at
        self._at += count
        return self._window[begin : self._at]

    def skip(self, count: int) -> None:
        """Goes on by ``count`` bytes without reading them. Raises FileEnds."""
        if count > self.remaining:
            raise FileEnds(count - self.remaining)
        self._at += count

    def u32(self) -> int:
        """Returns the next unsigned 32-bit integer."""
        return int(_U32.unpack(self.take(4))[0])

    def u64(self) -> int:
        """Returns the next unsigned 64-bit integer."""
        return int(_U64.unpack(self.take(8))[0])

    def skip_strings(self, count: int) -> None:
        """Goes on by ``count`` strings, each a 64-bit length and its bytes. Raises FileEnds."""
        unpack = _U64.unpack_from
        window, at, end = self._window, self._at, len(self._window) - 8
        for _ in range(count):
            if at > end:
                self._at = at
                self._fill(8)
                window, at, end = self._window, self._at, len(self._window) - 8
            at += 8 + unpack(window, at)[0]
        self._at = at
        self.skip(0)

    def different_strings(self, count: int) -> tuple[set[bytes], bool]:
        """Goes on by ``count`` strings; returns the different ones and whether one was repeated.

        Empty and endless ones are left aside.
        """
        unpack = _U64.unpack_from
        seen: set[bytes] = set()
        aside = 0
        window, at, end = self._window, self._at, len(self._window) - 8
        for _ in range(count):
            length = unpack(window, at)[0] if at <= end else -1
            if length < 0 or at + 8 + length > end + 8:
                self._at = at
                self._fill(8)
                length = unpack(self._window, self._at)[0]
                self._fill(8 + min(length, LONGEST_TOKEN))
                window, at, end = self._window, self._at, len(self._window) - 8
            at += 8
            if 0 < length <= LONGEST_TOKEN:
                seen.add(window[at : at + length])
            else:
                aside += 1
            at += length
        self._at = at
        self.skip(0)
        return seen, len(seen) + aside < count

    def _fill(self, count: int) -> None:
        if count > self.remaining:
            raise FileEnds(count - self.remaining)
        position = self.offset
        self._stream.seek(position)
        self._window = self._stream.read(max(count, WINDOW))
        self._start, self._at = position, 0
        if len(self._window) < count:
            raise FileEnds(count - len(self._window))
