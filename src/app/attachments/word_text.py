"""Collects the text of a Word document from the events of its XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.domain.errors import AttachmentTooLong

_HEADING_ID: Final = re.compile(r"heading([1-6])$", re.IGNORECASE)
_UNSEEN: Final = frozenset({"Fallback", "instrText", "delText", "del", "moveFrom"})
_MOST_COLUMNS: Final = 256


class WordText:
    """Paragraphs as lines of Markdown. A table within a table is text of the cell that it stands in."""

    def __init__(self, levels: Mapping[str, int], characters: int) -> None:
        """``levels`` has the level of each paragraph style that is a heading; ``characters`` is the most text."""
        self._levels = levels
        self._left = characters
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._prefix = ""
        self._is_text = False
        self._unseen = 0
        self._tables = 0
        self._rows: list[list[str]] = []
        self._cell: list[str] = []

    @property
    def text(self) -> str:
        """The document so far."""
        return "\n\n".join(self._blocks).replace("\n\n- ", "\n- ").strip()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins, named without its namespace."""
        if self._unseen or tag in _UNSEEN:
            self._unseen += 1
            return
        match tag:
            case "t":
                self._is_text = True
            case "tab":
                self._take("\t" if self._line else "")
            case "br" | "cr":
                self._take("\n")
            case "pStyle":
                self._set_style(attributes.get("val", ""))
            case "numPr" if not self._prefix:
                self._prefix = "- "
            case "tbl":
                self._tables += 1
            case "tr" if self._tables == 1:
                self._rows.append([])
            case _:
                pass

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._unseen -= 1
            return
        match tag:
            case "t":
                self._is_text = False
            case "p":
                self._end_paragraph()
            case "tc" if self._tables == 1:
                self._end_cell()
            case "tbl":
                self._tables -= 1
                if not self._tables:
                    self._end_table()
            case _:
                pass

    def add(self, text: str) -> None:
        """Characters; only those of runs are text. Raises AttachmentTooLong."""
        if self._is_text and not self._unseen:
            self._take(text)

    def _take(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise AttachmentTooLong
        self._line.append(text)

    def _set_style(self, style: str) -> None:
        level = self._levels.get(style, 0)
        if not level and (found := _HEADING_ID.match(style)):
            level = int(found.group(1))
        self._prefix = "#" * level + " " if level else self._prefix

    def _end_paragraph(self) -> None:
        line = "".join(self._line).strip()
        if self._tables:
            self._cell.append(line)
        elif line:
            self._blocks.append(self._prefix + line)
        self._line, self._prefix = [], ""

    def _end_cell(self) -> None:
        text = " ".join(" ".join(self._cell).split()).replace("|", "\\|")
        self._cell = []
        if self._rows and len(self._rows[-1]) < _MOST_COLUMNS:
            self._rows[-1].append(text)

    def _end_table(self) -> None:
        """A table of one width for all rows; Markdown needs a head, so the first row is one."""
        width = max(map(len, self._rows), default=0)
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in self._rows]
        if width:
            self._blocks.append("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))
        self._rows = []
