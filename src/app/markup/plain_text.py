"""Markdown tokens to plain text: what is copied from a reply and what a screen reader says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.markup import rich_text

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass
class _Writer:
    """Collects lines; a list item's first line carries its mark, and what is inside a list is indented."""

    lines: list[str] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)
    mark: str = ""
    cells: list[str] | None = None

    def write(self, text: str) -> None:
        if self.cells is not None:
            self.cells.append(text)
            return
        indent = "  " * max(0, len(self.counters) - 1)
        hanging = indent + ("  " if self.counters else "")
        for line in text.split("\n"):
            self.lines.append((indent + self.mark if self.mark else hanging) + line)
            self.mark = ""

    def item(self) -> None:
        count = self.counters[-1]
        self.mark = "• " if count is None else f"{count}. "
        if count is not None:
            self.counters[-1] = count + 1

    def end_item(self) -> None:
        if self.mark:
            self.write("")

    def end_row(self) -> None:
        row = "\t".join(self.cells or [])
        self.cells = None
        self.write(row)


def block_text(tokens: Sequence[Token]) -> str:
    """Returns one top-level block as plain text, its lines separated by ``\\n``."""
    writer = _Writer()
    for token in tokens:
        match token.type:
            case "inline":
                writer.write(rich_text.inline_text(token.children or []))
            case "fence" | "code_block" | "math_block":
                writer.write(token.content.rstrip("\n"))
            case "hr":
                writer.write("———")
            case "bullet_list_open":
                writer.counters.append(None)
            case "ordered_list_open":
                writer.counters.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                writer.counters.pop()
            case "list_item_open":
                writer.item()
            case "list_item_close":
                writer.end_item()
            case "tr_open":
                writer.cells = []
            case "tr_close":
                writer.end_row()
            case _:
                pass
    return "\n".join(writer.lines)
