r"""Formulas in Markdown, kept as they were written: ``$…$``, ``$$…$$``, ``\(…\)`` and ``\[…\]``.

A block of maths is decided by its first line alone, so that a reply that streams never takes back a block that
was shown; a formula that never closes ends at a blank line.
"""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_inline_dollar

INLINE: Final = "math_inline"
BLOCK: Final = "math_block"
_BLOCK_DELIMITERS: Final = {"$$": "$$", "\\[": "\\]"}
_INLINE_DELIMITERS: Final = {"\\(": "\\)", "\\[": "\\]"}
_DELIMITERS: Final = {**_BLOCK_DELIMITERS, **_INLINE_DELIMITERS, "$": "$"}


def install(parser: MarkdownIt) -> None:
    """Makes ``parser`` give `math_inline` and `math_block` tokens."""
    dollars = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)
    parser.inline.ruler.before("escape", "math_dollars", dollars)
    parser.inline.ruler.before("escape", "math_brackets", _brackets)
    parser.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "blockquote", "list"]})


def _brackets(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    closing = _INLINE_DELIMITERS.get(opening)
    if closing is None:
        return False
    end = state.src.find(closing, state.pos + 2, state.posMax)
    if end <= state.pos + 2:
        return False
    if not silent:
        token = state.push(INLINE, "", 0)
        token.markup = opening
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def source(content: str, markup: str) -> str:
    """Returns a formula as it was written, with its delimiters."""
    return f"{markup}{content}{_INLINE_DELIMITERS.get(markup, markup)}"


def inside(source: str) -> tuple[str, bool] | None:
    """Returns the TeX between a formula's delimiters and whether it is for display; None where it is not closed."""
    source = source.strip()
    for opening, closing in _DELIMITERS.items():
        if source.startswith(opening):
            is_closed = len(source) > len(opening) + len(closing) and source.endswith(closing)
            return (source[len(opening) : -len(closing)], opening in _BLOCK_DELIMITERS) if is_closed else None
    return None


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    first = _line(state, start_line)
    closing = _BLOCK_DELIMITERS.get(first[:2])
    if closing is None:
        return False
    inner = first[2:]
    is_closed = len(inner) > 2 and inner.find(closing) == len(inner) - 2
    if closing in inner and not is_closed:
        return False
    if silent:
        return True
    line = start_line + 1
    while not is_closed and line < end_line and not state.isEmpty(line):
        if state.sCount[line] < state.blkIndent:
            break
        is_closed = _line(state, line).endswith(closing)
        line += 1
    token = state.push(BLOCK, "", 0)
    token.block = True
    token.map = [start_line, line]
    token.content = state.getLines(start_line, line, state.sCount[start_line], False).rstrip()
    state.line = line
    return True
