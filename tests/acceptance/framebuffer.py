"""Reads the picture that Xvfb keeps in a file (``-fbdir``) and writes PNG, so that no screenshot program is needed.

The file is an X window dump: https://www.x.org/releases/current/doc/man/man1/xwd.1.xhtml and X11/XWDFile.h.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADER: Final = struct.Struct(">25I")
_COLOUR_BYTES: Final = 12
_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """``width`` × ``height`` pixels, three bytes each (red, green, blue), row by row from the top."""

    width: int
    height: int
    rgb: bytes

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Returns red, green and blue, 0–255."""
        start = 3 * (y * self.width + x)
        red, green, blue = self.rgb[start : start + 3]
        return red, green, blue

    def brightness(self, x: int, y: int, width: int, height: int) -> float:
        """Returns the mean of all channels in a rectangle: 0 is black, 255 white."""
        rows = (self.rgb[3 * (line * self.width + x) :][: 3 * width] for line in range(y, y + height))
        return sum(sum(row) for row in rows) / (3 * width * height)

    def write_png(self, path: Path) -> None:
        """Writes the picture as PNG (https://www.w3.org/TR/png-3/), colour type 2, no filter."""
        stride = 3 * self.width
        lines = b"".join(b"\0" + self.rgb[start : start + stride] for start in range(0, len(self.rgb), stride))
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")
        path.write_bytes(_PNG_MAGIC + chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def read(dump: Path) -> Picture:
    """Reads an X window dump with 32 bits a pixel. Raises ValueError for any other kind."""
    content = dump.read_bytes()
    fields = _HEADER.unpack_from(content)
    header_size, version, width, height = fields[0], fields[1], fields[4], fields[5]
    big_endian, bits, stride, colours = fields[7] == 1, fields[11], fields[12], fields[19]
    if version != 7 or bits != 32:
        raise ValueError(f"{dump} is not an X window dump with 32 bits a pixel")
    first = header_size + colours * _COLOUR_BYTES
    pixels = b"".join(content[first + line * stride :][: 4 * width] for line in range(height))
    rgb = bytearray(3 * width * height)
    for channel in range(3):
        rgb[channel::3] = pixels[(channel + 1 if big_endian else 2 - channel) :: 4]
    return Picture(width, height, bytes(rgb))
