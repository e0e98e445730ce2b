"""The Markdown that Skald reads: CommonMark, tables, strikethrough, task lists and maths; no HTML, no references.

Link references (``[text][1]``) are left as text: a definition at a reply's end would change blocks that were
shown long before. Everything is bounded, for the text comes from a language model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.markup import maths
from app.markup.emphasis import CjkInlineParser, bounded_image, bounded_link

MAX_NESTING: Final = 60
"""Levels of tokens; a list takes two. markdown-it drops what is deeper, so it is shown as plain text instead."""
MAX_TABLE_CELLS: Final = 8_000
MAX_TABLE_COLUMNS: Final = 64
_BOXES: Final = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True)
class Group:
    """The tokens of one top-level block, and its lines in the text: ``start`` to ``end``, ``end`` excluded."""

    tokens: list[Token]
    start: int
    end: int

    @property
    def kind(self) -> str:
        """Returns the type of the first token, for example ``paragraph_open``."""
        return self.tokens[0].type

    @property
    def is_too_deep(self) -> bool:
        """Tells whether something inside was dropped because it is nested too deeply."""
        return any(token.nesting == 1 and token.level + 1 >= MAX_NESTING for token in self.tokens)


class Dialect(MarkdownIt):
    """A markdown-it parser set up for Skald."""

    def __init__(self) -> None:
        super().__init__("commonmark")
        self.inline = CjkInlineParser()
        self.configure("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_NESTING})
        self.enable(["table", "strikethrough"])
        self.disable(["reference", "html_block", "html_inline"])
        self.block.ruler.at("table", _bounded_table, {"alt": ["paragraph"]})
        self.inline.ruler.at("link", bounded_link)
        self.inline.ruler.at("image", bounded_image)
        self.core.ruler.push("task_boxes", _task_boxes)
        maths.install(self)

    def validateLink(self, url: str) -> bool:
        """Accepts every address: `rich_text` decides which of them become links."""
        del url
        return True

    def groups(self, text: str) -> list[Group]:
        """Returns the top-level blocks of ``text``, whose lines end with ``\\n``."""
        tokens = self.parse(text)
        found: list[Group] = []
        begin = 0
        for index, token in enumerate(tokens):
            if token.level == 0 and token.nesting <= 0:
                lines = tokens[begin].map or [0, 0]
                found.append(Group(tokens[begin : index + 1], lines[0], lines[1]))
                begin = index + 1
        return found


@cache
def dialect() -> Dialect:
    """Returns the one parser of this process; it keeps no state between texts."""
    return Dialect()


def _bounded_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Reads a table of at most MAX_TABLE_COLUMNS and MAX_TABLE_CELLS; further rows are a paragraph.

    A line that opens a fence is never a table's header: the line after it must not decide what it was.
    """
    if start_line + 1 >= end_line:
        return False
    if state.src.startswith(("```", "~~~"), state.bMarks[start_line] + state.tShift[start_line]):
        return False
    begin, end = state.bMarks[start_line + 1], state.eMarks[start_line + 1]
    columns = state.src.count("|", begin, end) + 1
    if columns > MAX_TABLE_COLUMNS + 2:
        return False
    bound = start_line + 2 + MAX_TABLE_CELLS // columns
    return table(state, start_line, min(end_line, bound), silent)


def _task_boxes(state: StateCore) -> None:
    """Turns ``[ ]`` and ``[x]`` at the start of a list item into boxes."""
    tokens = state.tokens
    for item, paragraph, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        box = _BOXES.get(first.content[:4]) if first.type == "text" else None
        if box is not None:
            first.content = box + first.content[4:]
