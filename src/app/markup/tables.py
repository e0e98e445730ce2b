"""Markdown table tokens to header, rows and alignments."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.markup import rich_text

if TYPE_CHECKING:
    from markdown_it.token import Token

Row = tuple[str, ...]


def alignment(cell: Token) -> str:
    """Returns ``left``, ``center``, ``right``, or "" where the reply says nothing."""
    found = re.fullmatch(r"text-align:(left|center|right)", str(cell.attrs.get("style", "")))
    return found[1] if found else ""


def read(tokens: Sequence[Token]) -> tuple[Row, tuple[Row, ...], Row]:
    """Returns header and rows as inline HTML, all rows as wide as the header, and the columns' alignments."""
    rows: list[Row] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(rich_text.inline_html(token.children or []))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
            cells = []
    alignments = tuple(alignment(token) for token in tokens if token.type == "th_open")
    return rows[0], tuple(rows[1:]), alignments


def csv_of(rows: Sequence[Row]) -> str:
    """Returns rows of cells, which are inline HTML, as CSV: RFC 4180, whose lines end with CR LF."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([rich_text.text_of(cell) for cell in row] for row in rows)
    return written.getvalue()
