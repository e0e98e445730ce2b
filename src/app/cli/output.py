"""What the command line says: results on standard output, as JSON lines on request, all else on standard error."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TextIO


class Output:
    """Writes at once, without a buffer in between. With ``is_json`` standard output gets JSON objects only."""

    def __init__(self, is_json: bool) -> None:
        self.is_json = is_json

    @property
    def is_watched(self) -> bool:
        """Whether a person looks at standard error, so that progress is worth showing."""
        return sys.stderr is not None and sys.stderr.isatty()

    def record(self, value: Mapping[str, object]) -> None:
        """Writes one JSON object on a line of its own."""
        _write(sys.stdout, json.dumps(value, ensure_ascii=False) + "\n")

    def text(self, text: str) -> None:
        """Writes text for a person as a result, without a line end of its own."""
        _write(sys.stdout, harmless(text) if sys.stdout.isatty() else text)

    def notice(self, text: str) -> None:
        """Tells a person something that is not the result, on a line of its own."""
        _write(sys.stderr, f"{harmless(text)}\n")

    def aside(self, text: str) -> None:
        """Shows a person, dimmed and as it comes, what is not the result; nothing where nobody looks."""
        if self.is_watched:
            _write(sys.stderr, f"\033[2m{harmless(text)}\033[22m")

    def progress(self, text: str) -> None:
        """Shows a line that the next one replaces; nothing where nobody looks. An empty one wipes it."""
        if self.is_watched:
            _write(sys.stderr, f"\r\033[K{harmless(text)}")

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Writes rows in columns; wide characters count twice."""
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
            self.text("  ".join(cells).rstrip() + "\n")


def use_utf8() -> None:
    """Makes the standard streams speak UTF-8, whatever the system believes about its terminal."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def harmless(text: str) -> str:
    """Returns ``text`` without the control characters that could steer a terminal."""
    return "".join(character for character in text if character in "\n\t" or unicodedata.category(character) != "Cc")


def one_line(text: str) -> str:
    """Returns ``text`` on one line."""
    return " ".join(harmless(text).split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write(text)
        stream.flush()
