"""Inline parsing where CommonMark falls short: emphasis beside Chinese (``**注意：**请``), brackets in bounded time."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import image, link
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

_CJK_RANGES: Final = (
    (0x1100, 0x11FF),  # Hangul letters
    (0x2E80, 0x9FFF),  # radicals, punctuation, kana, ideographs
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),  # Hangul syllables
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),  # full-width forms
    (0x20000, 0x3FFFF),
)
MAX_FAILED_BRACKETS: Final = 200
"""Brackets in one paragraph that may turn out to be no link; then the rest is text. Each costs a look at the whole."""
_CJK_QUOTES: Final = frozenset("“”‘’…—")


def is_cjk(character: str) -> bool:
    """Tells whether words are not separated by spaces beside ``character``."""
    if character in _CJK_QUOTES:
        return True
    code = ord(character)
    return code >= 0x1100 and any(first <= code <= last for first, last in _CJK_RANGES)


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character)) or character.isspace()


def _is_punctuation(character: str) -> bool:
    return (isMdAsciiPunct(ord(character)) or isPunctChar(character)) and not is_cjk(character)


class CjkInlineState(StateInline):
    """One run of inline text. A delimiter beside a CJK character counts as standing at a word's edge.

    The rule follows https://github.com/tats-u/markdown-cjk-friendly.
    """

    failed_brackets = 0

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Returns whether the run of delimiters at ``start`` can open and close emphasis, and its length."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        space_before, space_after = _is_space(before), _is_space(after)
        mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
        cjk_before, cjk_after = is_cjk(before), is_cjk(after)
        left = not (space_after or (mark_after and not (space_before or mark_before or cjk_before)))
        right = not (space_before or (mark_before and not (space_after or mark_after or cjk_after)))
        can_open = left and (canSplitWord or not right or mark_before or cjk_before)
        can_close = right and (canSplitWord or not left or mark_after or cjk_after)
        return Scanned(can_open, can_close, end - start)


class CjkInlineParser(ParserInline):
    """markdown-it's inline parser with CjkInlineState in the place of its own state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parses ``src`` into ``tokens`` and returns them."""
        state = CjkInlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def bounded_link(state: StateInline, silent: bool) -> bool:
    """Reads a link as markdown-it does, in bounded time."""
    return _may_be_link(state, "[") and _counted(state, link(state, silent))


def bounded_image(state: StateInline, silent: bool) -> bool:
    """Reads an image as markdown-it does, in bounded time."""
    return _may_be_link(state, "![") and _counted(state, image(state, silent))


def _may_be_link(state: StateInline, opening: str) -> bool:
    if not state.src.startswith(opening, state.pos):
        return False
    is_tired = isinstance(state, CjkInlineState) and state.failed_brackets >= MAX_FAILED_BRACKETS
    return not is_tired and state.src.find("](", state.pos, state.posMax) >= 0


def _counted(state: StateInline, is_found: bool) -> bool:
    if not is_found and isinstance(state, CjkInlineState):
        state.failed_brackets += 1
    return is_found
