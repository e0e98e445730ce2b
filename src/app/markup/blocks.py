"""A reply's Markdown as typed blocks, read at once or while it streams; the transcript shows one row a block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from app.markup import fence, plain_text, rich_text, tables

if TYPE_CHECKING:
    from app.markup.dialect import Group

WINDOW: Final = 6_000
WINDOW_LINES: Final = 300
"""Characters and lines that are parsed at once. A block that is longer (code apart) is cut, where possible before a
line that is not indented; this bounds the work for one delta however evil the text is."""

_LINE_ENDS: Final = re.compile(r"\r\n?")
_OUTER_LINE: Final = re.compile(r"\n(?=\S)")
_NOT_SHOWABLE: Final = re.compile("[\0\ud800-\udfff\ufdd0\ufdd1\ufffc]")
"""NUL, lone surrogates, and the characters that Qt's documents use as marks of their own."""


@dataclass(frozen=True)
class RichBlock:
    """A paragraph, heading, list, quote or rule. ``html`` uses the tags of `rich_text.TAGS` only."""

    kind: ClassVar[str] = "rich"
    html: str
    text: str

    def plain(self) -> str:
        """Returns the text without looks, for copying and for screen readers."""
        return self.text


@dataclass(frozen=True)
class CodeBlock:
    """Fenced or indented code; ``language`` is the reply's own word for it, in lower case, or ""."""

    kind: ClassVar[str] = "code"
    code: str
    language: str

    def plain(self) -> str:
        """Returns the code."""
        return self.code


@dataclass(frozen=True)
class TableBlock:
    """A table. Cells are inline HTML; every row is as wide as the header; at most MAX_TABLE_CELLS cells."""

    kind: ClassVar[str] = "table"
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alignments: tuple[str, ...]

    def csv(self) -> str:
        """Returns the plain text of the cells as CSV (RFC 4180)."""
        return tables.csv_of((self.header, *self.rows))

    def plain(self) -> str:
        """Returns the rows as lines, the cells separated by tabs."""
        return "\n".join("\t".join(map(rich_text.text_of, row)) for row in (self.header, *self.rows))


@dataclass(frozen=True)
class MathsBlock:
    """A formula that stands by itself; ``source`` is its TeX with delimiters, as it was written and closed."""

    kind: ClassVar[str] = "maths"
    source: str

    def plain(self) -> str:
        """Returns the source."""
        return self.source


Block = RichBlock | CodeBlock | TableBlock | MathsBlock


def parse(text: str) -> list[Block]:
    """Returns the blocks of a whole text."""
    stream = BlockStream()
    stream.feed(text)
    stream.finish()
    return stream.blocks


class BlockStream:
    """Reads a text as it comes. After every `feed`, ``blocks`` equals `parse` of all that was fed.

    A block is settled, and never changes again, when the line that starts the next block is complete; only the
    text after the last settled block is parsed again.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._fed: list[str] = []
        self._settled = 0
        self._tail = ""
        self._fence: fence.OpenFence | None = None
        self._is_return_held = False

    @property
    def text(self) -> str:
        """Returns everything that was fed, as it was fed."""
        self._fed = ["".join(self._fed)]
        return self._fed[0]

    def feed(self, text: str) -> int:
        """Takes more text. Returns the index of the first block that may have changed.

        Blocks before that index never change again.
        """
        first = self._settled
        self._fed.append(text)
        self._take(self._cleaned(text))
        return first

    def finish(self) -> int:
        """Settles what is left; returns the same as `feed`. Nothing may be fed afterwards."""
        first = self._settled
        if self._is_return_held:
            self._is_return_held = False
            self._take("\n")
        self._settled = len(self.blocks)
        self._tail = ""
        self._fence = None
        return first

    def _cleaned(self, text: str) -> str:
        """Returns ``text`` with line ends as ``\\n``; a carriage return at its end waits for what follows."""
        if self._is_return_held:
            text = "\r" + text
        self._is_return_held = text.endswith("\r")
        if self._is_return_held:
            text = text[:-1]
        return _NOT_SHOWABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text))

    def _take(self, text: str) -> None:
        del self.blocks[self._settled :]
        if self._fence is None:
            self._tail += text
        else:
            self._take_code(self._fence, text)
        while self._fence is None and self._tail and self._read_window():
            pass

    def _take_code(self, opened: fence.OpenFence, text: str) -> None:
        rest = opened.feed(text)
        self.blocks.append(CodeBlock(opened.code, opened.language))
        if rest is None:
            self._fence = opened
        else:
            self._settled = len(self.blocks)
            self._fence = None
            self._tail = rest

    def _read_window(self) -> bool:
        """Reads blocks from the start of the tail; returns whether some of the tail is settled and more is left."""
        window = _window(self._tail)
        is_cut = len(self._tail) > len(window)
        lines = window.split("\n")
        groups = _groups(window)
        if groups and groups[-1].kind == "fence" and groups[-1].start < len(lines) - 1:
            self._open_fence(groups, lines)
            return True
        settled = _settled_groups(groups, complete=len(lines) - 1)
        if is_cut and settled == 0:
            self._cut(window, groups)
            return True
        self._settle(groups[:settled], lines)
        if settled:
            self._tail = self._tail[_offset(lines, groups[settled].start) :]
        elif not groups:
            self._tail = lines[-1]
        if not is_cut:
            self.blocks += [_block(group, lines) for group in groups[settled:]]
        return is_cut

    def _settle(self, groups: list[Group], lines: list[str]) -> None:
        self.blocks += [_block(group, lines) for group in groups]
        self._settled = len(self.blocks)

    def _open_fence(self, groups: list[Group], lines: list[str]) -> None:
        self._settle(groups[:-1], lines)
        start = groups[-1].start
        token = groups[-1].tokens[0]
        indent = len(lines[start]) - len(lines[start].lstrip(" "))
        opened = fence.OpenFence(token.markup, indent, fence.language_of(token.info))
        text = self._tail[_offset(lines, start + 1) :]
        self._tail = ""
        self._take_code(opened, text)

    def _cut(self, window: str, groups: list[Group]) -> None:
        """Settles the block that fills the whole window; where it is a table, it goes on as a table."""
        end = _cutting_place(window, self._tail[len(window)])
        lines = window[:end].split("\n")
        if end < len(window):
            groups = _groups(window[:end])
        self._settle(groups, lines)
        self._tail = self._tail[end:]
        if groups and groups[-1].kind == "table_open" and groups[-1].end == len(lines) - 1:
            header = "".join(f"{line}\n" for line in lines[groups[-1].start :][:2])
            if len(header) < WINDOW // 4 and self._tail.startswith("|"):
                self._tail = header + self._tail


def _window(text: str) -> str:
    lines = text[:WINDOW].split("\n", WINDOW_LINES)
    return text[:WINDOW] if len(lines) <= WINDOW_LINES else text[: _offset(lines, WINDOW_LINES)]


def _cutting_place(window: str, following: str) -> int:
    """Returns where a block that is too long is cut: before a line that is not indented, a line, a word, or the end.

    ``following`` is the character behind the window.
    """
    half = len(window) // 2
    outer = max((found.start() for found in _OUTER_LINE.finditer(window + following, half)), default=-1)
    return outer + 1 or window.rfind("\n") + 1 or window.rfind(" ", half) + 1 or len(window)


def _groups(text: str) -> list[Group]:
    from app.markup.dialect import dialect  # late: markdown-it takes its time, and no block is needed at start

    return dialect().groups(text)


def _settled_groups(groups: list[Group], complete: int) -> int:
    """Returns how many groups cannot change any more when the first ``complete`` lines are complete.

    A group ends where the next one starts. That is decided by the first line of the next one, and by two lines
    where it is a table.
    """
    for index in range(len(groups) - 1, 0, -1):
        lookahead = 1 if groups[index].kind == "table_open" else 0
        if groups[index].start + lookahead < complete:
            return index
    return 0


def _offset(lines: list[str], line: int) -> int:
    return sum(len(text) + 1 for text in lines[:line])


def _block(group: Group, lines: list[str]) -> Block:
    from app.markup import maths  # late: it imports markdown-it

    token = group.tokens[0]
    if token.type in ("fence", "code_block"):
        return CodeBlock(token.content.rstrip("\n"), fence.language_of(token.info))
    if token.type == "math_block" and maths.inside(token.content):
        return MathsBlock(token.content)
    if group.is_too_deep:
        source = "\n".join(lines[group.start : group.end]).rstrip("\n")
        return RichBlock(rich_text.paragraph(source), source)
    if token.type == "table_open":
        return TableBlock(*tables.read(group.tokens))
    return RichBlock(rich_text.block_html(group.tokens), plain_text.block_text(group.tokens))
