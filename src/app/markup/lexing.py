"""Pygments' lexers: their tokens with roles, from the code's start or from a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
    Whitespace,
    _TokenType,
)

ROLES: Final = {
    Comment: "comment",
    Comment.Preproc: "preproc",
    Comment.PreprocFile: "string",
    Keyword: "keyword",
    Keyword.Constant: "builtin",
    Keyword.Type: "type",
    Name.Attribute: "attribute",
    Name.Builtin: "builtin",
    Name.Class: "type",
    Name.Decorator: "decorator",
    Name.Exception: "type",
    Name.Function: "function",
    Name.Tag: "tag",
    Name.Variable: "variable",
    Number: "number",
    Operator: "operator",
    Operator.Word: "keyword",
    String: "string",
    Generic.Deleted: "deleted",
    Generic.Inserted: "inserted",
    Generic.Heading: "heading",
    Generic.Subheading: "heading",
    Generic.Prompt: "preproc",
}
"""The role of a token type and of the types below it. A lexer's own errors have none: streamed code is never whole."""

WARMING: Final = "<a b='c'>\n<script>let x = 1;</script><style>a{b:c}</style>\n# /* */ // \"'1"
"""Text that makes a lexer load the lexers that it uses inside itself."""

# What a lexer of Pygments is known to raise on text that it did not expect.
_LEXER_FAULTS: Final = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place where lexing may resume: position and line in the code, and the lexer's stack of states."""

    position: int
    line: int
    stack: tuple[str, ...]


START: Final = Checkpoint(0, 0, ("root",))


@dataclass(frozen=True, slots=True)
class LexedToken:
    """Characters ``position`` to ``end`` of the code have ``role`` ("" for none).

    ``stack`` is the lexer's where lexing could resume at ``position``, else None.
    """

    position: int
    end: int
    role: str
    stack: tuple[str, ...] | None


@cache
def role_of(kind: _TokenType) -> str:
    """Returns the role of a token type, its nearest parent's where it has none, or ""."""
    found: _TokenType | None = kind
    while found is not None and found is not Token:
        if found in ROLES:
            return ROLES[found]
        found = found.parent
    return ""


def loaded_lexer(name: str) -> Lexer:
    """Returns the lexer of that name, with its regular expressions compiled."""
    lexer: Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    for _ in whole(lexer, WARMING):
        pass
    return lexer


def is_resumable(lexer: Lexer | None) -> bool:
    """Tells whether `resumed` can run this lexer's rules."""
    return isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer)


def is_exact(lexer: Lexer) -> bool:
    """Tells whether `resumed` from the start gives what `whole` gives."""
    return is_resumable(lexer) and type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed


def whole(lexer: Lexer, code: str) -> Iterator[LexedToken]:
    """Yields the tokens of all of ``code``, with the lexer's own loop."""
    text = code + "\n"  # rules for a line often want its end
    try:
        for position, kind, value in lexer.get_tokens_unprocessed(text):
            yield LexedToken(position, position + len(value), role_of(kind), None)
    except _LEXER_FAULTS:
        return


def resumed(lexer: Lexer, code: str, begin: Checkpoint) -> Iterator[LexedToken]:
    """Yields the tokens of ``code`` behind ``begin``.

    This is the loop of `RegexLexer.get_tokens_unprocessed` of Pygments 2.19, which cannot begin in the middle;
    positions are the whole code's, so that rules may look back.
    """
    try:
        yield from _run(lexer, code + "\n", begin)
    except _LEXER_FAULTS:
        return


def _run(lexer: Any, text: str, begin: Checkpoint) -> Iterator[LexedToken]:
    rules: dict[str, list[Any]] = lexer._tokens
    position = begin.position
    stack = list(begin.stack)
    while position < len(text):
        for matcher, action, change in rules[stack[-1]]:
            found = matcher(text, position)
            if found is None:
                continue
            yield from _acted(lexer, action, found, tuple(stack))
            position = found.end()
            _change_state(stack, change)
            break
        else:
            is_line_end = text[position] == "\n"
            role = role_of(Whitespace if is_line_end else Error)
            yield LexedToken(position, position + 1, role, tuple(stack))
            if is_line_end:
                stack = ["root"]
            position += 1


def _acted(lexer: Any, action: Any, found: Any, stack: tuple[str, ...]) -> Iterator[LexedToken]:
    if action is None:
        return
    if isinstance(action, _TokenType):
        yield LexedToken(found.start(), found.end(), role_of(action), stack)
        return
    for position, kind, value in action(lexer, found):
        place = stack if position == found.start() else None
        yield LexedToken(position, position + len(value), role_of(kind), place)


def _change_state(stack: list[str], change: Any) -> None:
    if change is None:
        return
    if isinstance(change, int):  # a number of states to leave; the first one stays
        del stack[max(1, len(stack) + change) :]
    elif change == "#push":
        stack.append(stack[-1])
    else:
        for state in change:
            if state == "#pop":
                del stack[max(1, len(stack) - 1) :]
            else:
                stack.append(stack[-1] if state == "#push" else state)
