"""A fenced code block that is still open: its lines are taken one by one, so that long code streams at no cost."""

from __future__ import annotations

import re
from typing import Final

MAX_LANGUAGE_CHARACTERS: Final = 40


def language_of(info: str) -> str:
    """Returns the language that the text behind the opening fence names: its first word, "" where there is none."""
    words = info.split(maxsplit=1)
    return words[0].strip("{}.,").lower()[:MAX_LANGUAGE_CHARACTERS] if words else ""


class OpenFence:
    """Reads the lines after an opening fence at the top level, as CommonMark 0.31, section 4.5, says.

    ``markup`` is the run of backticks or tildes, ``indent`` the columns before it (0 to 3).
    """

    def __init__(self, markup: str, indent: int, language: str) -> None:
        self.language = language
        self._indent = indent
        self._closing = re.compile(rf" {{0,3}}{re.escape(markup[0])}{{{len(markup)},}}[ \t]*")
        self._lines = ""
        self._partial = ""

    @property
    def code(self) -> str:
        """Returns the code so far, without the line ends at its end, and without an unfinished line of mere blanks."""
        is_nothing = self._closing.fullmatch(self._partial) is not None or not self._partial.strip(" \t")
        partial = "" if is_nothing else self._dedented(self._partial)
        return (self._lines + partial).rstrip("\n")

    def feed(self, text: str) -> str | None:
        """Takes ``text``; returns what stands behind the closing line, or None while that has not come."""
        text = self._partial + text
        taken: list[str] = []
        begin = 0
        rest: str | None = None
        while rest is None and (end := text.find("\n", begin)) >= 0:
            line = text[begin:end]
            begin = end + 1
            if self._closing.fullmatch(line):
                rest = text[begin:]
            else:
                taken.append(self._dedented(line) + "\n")
        self._lines += "".join(taken)
        self._partial = "" if rest is not None else text[begin:]
        return rest

    def _dedented(self, line: str) -> str:
        column = 0
        index = 0
        while index < len(line) and column < self._indent and line[index] in " \t":
            column += 1 if line[index] == " " else 4 - column % 4
            index += 1
        return " " * max(0, column - self._indent) + line[index:]
