"""Roles of the pieces of code (keyword, string, …), line by line, while the code still streams.

Pygments lexes; its rules are run from here so that lexing resumes behind the last safe line, in slices of time.
Pygments is imported late: it is not needed for the first frame.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pygments.lexer import Lexer

    from app.markup.lexing import Checkpoint, LexedToken

MAX_CODE_CHARACTERS: Final = 200_000
MAX_LINE_CHARACTERS: Final = 5_000
"""Longer code, and code with a longer line, has no roles: a lexer may be quadratic in them."""
MAX_SECONDS: Final = 3.0
"""A pass over one code that takes more of the processor is given up where it is."""
STREAMED_SLOW_CHARACTERS: Final = 20_000
"""Lexers that cannot be resumed leave longer code alone until `update` is told that it is final."""
_SAFE_LINES: Final = 24
_TOKENS_A_SLICE: Final = 32
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line. ``start`` and ``length`` count UTF-16 code units, as Qt's documents do."""

    start: int
    length: int
    role: str


@cache
def languages() -> frozenset[str]:
    """Returns every name of a language that can be highlighted, in lower case."""
    from pygments.lexers import get_all_lexers

    return frozenset(name.lower() for _, names, _, _ in get_all_lexers(plugins=False) for name in names)


def is_known(language: str) -> bool:
    """Tells whether ``language``, as it stands behind a fence, can be highlighted."""
    return language.lower() in languages()


_lexers: dict[str, Lexer | None] = {"": None}


def is_loaded(language: str) -> bool:
    """Tells whether a CodeHighlighter for ``language`` starts without loading a lexer (50 to 350 ms)."""
    return language.lower() in _lexers


def load(language: str) -> Lexer | None:
    """Returns the lexer of ``language``, loading it where needed; None where it is not known. From any thread."""
    name = language.lower()
    with _loading:
        if name not in _lexers:
            from app.markup.lexing import loaded_lexer

            _lexers[name] = loaded_lexer(name) if is_known(name) else None
    return _lexers[name]


class CodeHighlighter:
    """The spans of one code, in ``spans``: one list a line, in order. ``changed`` names the lines that the last call
    changed; a new line begins with no spans.

    While code streams, spans can be wrong where a lexer looks far ahead (an open comment); ``final`` mends that.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.spans: list[list[Span]] = [[]]
        self.changed: list[int] = []
        self._lexer = load(language)
        self._code = ""
        self._tokens: Iterator[LexedToken] | None = None
        self._begin: Checkpoint | None = None
        self._passing: list[Checkpoint] = []
        self._line = _LineWriter("")
        self._seconds = 0.0
        self._lexed_characters = 0
        self._is_exact = False

    @property
    def is_complete(self) -> bool:
        """Tells whether the last pass came to the code's end."""
        return self._tokens is None

    @property
    def needs_final(self) -> bool:
        """Tells whether `update` with ``final`` could still change something."""
        return self._lexer is not None and not self._is_exact

    def update(self, code: str, final: bool = False, budget_s: float = math.inf) -> int:
        """Takes the whole code so far and returns the first line whose spans changed, or the number of lines.

        Only what follows the last safe line is lexed again, everything where ``final`` is true. The work stops
        after ``budget_s`` seconds of the processor; `is_complete` is then false and `proceed` goes on.
        """
        code = code.replace("\u2029", "\n")  # Qt begins a line there
        self.changed = []
        self._resize(code.count("\n") + 1)
        is_resumable = self._begin is not None and not final
        is_resumable = is_resumable and code.startswith(self._code[: self._begin.position if self._begin else 0])
        self._code = code
        self._tokens = None
        if self._lexer is None or _is_too_long(code):
            self._clear()
        elif self._is_put_off(final):
            self._is_exact = False
        else:
            self._start(final, is_resumable)
        return self._proceed(budget_s)

    def proceed(self, budget_s: float = math.inf) -> int:
        """Goes on with the pass that the budget of `update` ended; returns the same."""
        self.changed = []
        return self._proceed(budget_s)

    def _is_put_off(self, final: bool) -> bool:
        """Tells whether a lexer that cannot be resumed had better wait for more code."""
        from app.markup.lexing import is_resumable

        if final or is_resumable(self._lexer) or len(self._code) < self._lexed_characters:
            return False
        grown = len(self._code) - self._lexed_characters
        return len(self._code) > STREAMED_SLOW_CHARACTERS or grown < self._lexed_characters // 8

    def _start(self, final: bool, is_resumed: bool) -> None:
        from app.markup import lexing

        assert self._lexer is not None
        begin = self._begin if is_resumed and self._begin else lexing.START
        self._begin = begin
        self._passing = [begin]
        self._seconds = 0.0
        self._lexed_characters = len(self._code)
        self._is_exact = final or (begin is lexing.START and lexing.is_exact(self._lexer))
        self._line = _LineWriter(self._code, begin.position, begin.line)
        if not lexing.is_resumable(self._lexer) or (final and not lexing.is_exact(self._lexer)):
            self._tokens = lexing.whole(self._lexer, self._code)
        else:
            self._tokens = lexing.resumed(self._lexer, self._code, begin)

    def _proceed(self, budget_s: float) -> int:
        begin = time.thread_time()
        while self._tokens is not None:
            count = 0
            for token in islice(self._tokens, _TOKENS_A_SLICE):
                self._take(token)
                count += 1
            elapsed = time.thread_time() - begin
            if count < _TOKENS_A_SLICE or self._seconds + elapsed > MAX_SECONDS:
                self._finish_pass()
            elif elapsed > budget_s:
                self._seconds += elapsed
                break
        return self.changed[0] if self.changed else len(self.spans)

    def _take(self, token: LexedToken) -> None:
        if token.position > self._line.end:
            self._put_all(self._line.before(token.position))
        if token.stack is not None and token.position == self._line.start:
            self._consider(token)
        if token.end <= self._line.end:
            self._line.add(token.position, token.end, token.role)
        else:
            self._put_all(self._line.add_lines(token.position, token.end, token.role))

    def _consider(self, token: LexedToken) -> None:
        """Keeps the place where ``token`` begins, a line's start, as one where lexing may resume."""
        from app.markup.lexing import Checkpoint

        assert token.stack is not None
        place = Checkpoint(token.position, self._line.number, token.stack)
        character = self._code[token.position : token.position + 1]
        if len(token.stack) == 1 and character.strip() and character not in ")}]":
            self._begin = place
            self._passing = [place]
        else:
            self._passing.append(place)
            while len(self._passing) > 1 and self._passing[1].line <= place.line - _SAFE_LINES:
                del self._passing[0]
            self._begin = self._passing[0]

    def _finish_pass(self) -> None:
        self._tokens = None
        self._put_all(self._line.before(len(self._code) + 1))

    def _put_all(self, lines: Iterable[tuple[int, list[Span]]]) -> None:
        for line, spans in lines:
            self._put(line, spans)

    def _put(self, line: int, spans: list[Span]) -> None:
        if line < len(self.spans) and self.spans[line] != spans:
            self.spans[line] = spans
            self.changed.append(line)

    def _resize(self, lines: int) -> None:
        del self.spans[lines:]
        self.spans += [[] for _ in range(lines - len(self.spans))]

    def _clear(self) -> None:
        self._begin = None
        self._is_exact = True
        for line, spans in enumerate(self.spans):
            if spans:
                self._put(line, [])


class _LineWriter:
    """Sorts pieces of a code into its lines; gives a line's number and spans when the line is done.

    ``start`` and ``end`` are the places of the line that is written, ``number`` counts from 0.
    """

    def __init__(self, code: str, start: int = 0, number: int = 0) -> None:
        self.start = start
        self.number = number
        self._code = code
        self.end = self._line_end()
        self._pieces: list[tuple[int, int, str]] = []

    def _line_end(self) -> int:
        end = self._code.find("\n", self.start)
        return len(self._code) if end < 0 else end

    def before(self, position: int) -> Iterator[tuple[int, list[Span]]]:
        """Ends the lines before ``position``; one behind the code's end ends them all."""
        while position > self.end and self.start <= len(self._code):
            yield self._ended()

    def add(self, begin: int, end: int, role: str) -> None:
        """Adds a piece that is inside the line."""
        if role and end > begin:
            self._pieces.append((begin, end, role))

    def add_lines(self, begin: int, end: int, role: str) -> Iterator[tuple[int, list[Span]]]:
        """Adds a piece and ends the lines that end inside it."""
        while end > self.end and self.start <= len(self._code):
            self.add(begin, self.end, role)
            begin = self.end + 1
            yield self._ended()
        if self.start <= len(self._code):
            self.add(begin, min(end, self.end), role)

    def _ended(self) -> tuple[int, list[Span]]:
        spans = self._spans()
        number = self.number
        self._pieces = []
        self.start = self.end + 1
        self.number += 1
        self.end = self._line_end()
        return number, spans

    def _spans(self) -> list[Span]:
        line = self._code[self.start : self.end]
        is_wide = not line.isascii() and max(line) > "\uffff"
        spans: list[Span] = []
        for begin, end, role in self._pieces:
            first, last = begin - self.start, end - self.start
            if is_wide:
                first, last = _utf16_length(line[:first]), _utf16_length(line[:last])
            if spans and spans[-1].role == role and spans[-1].start + spans[-1].length == first:
                first = spans.pop().start
            spans.append(Span(first, last - first, role))
        return spans


def _utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _is_too_long(code: str) -> bool:
    if len(code) > MAX_CODE_CHARACTERS:
        return True
    begin = 0
    while len(code) - begin > MAX_LINE_CHARACTERS:
        end = code.rfind("\n", begin, begin + MAX_LINE_CHARACTERS + 1)
        if end < 0:
            return True
        begin = end + 1
    return False
