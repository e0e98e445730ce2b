"""Checks a grammar before llama.cpp sees it, whose parser and matcher crash or never end on some.

The language is GBNF, https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md, read as
``src/llama-grammar.cpp`` reads it. What is refused beyond that: rules nested deeper than llama.cpp's stack, rules that
begin with themselves after something that may be empty (it would grow without end), and more ways to begin than it
looks through in a moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from app.domain.errors import GrammarIncomplete, GrammarRecursive, GrammarTooLarge, GrammarUnreadable
from app.domain.sampling import LONGEST_RULES

ROOT: Final = "root"

DEEPEST_GROUP: Final = 64
DEEPEST_RULE: Final = 400
"""Rules that begin with rules that begin with …: llama.cpp descends by recursion."""

MOST_REPETITIONS: Final = 2_000
"""``MAX_REPETITION_THRESHOLD`` of llama.cpp: rules that one repetition may make."""

MOST_ELEMENTS: Final = 200_000
"""Characters, ranges and references after all repetitions are written out."""

MOST_BEGINNINGS: Final = 100_000
"""Ways from all rules to what they may begin with; llama.cpp walks through every one."""

_SPACE: Final = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
_SPACE_AND_LINES: Final = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_NAME: Final = re.compile(r"[a-zA-Z0-9-]+")
_CHARACTER: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[trn\\\"\[\]])|[^\\\0]", re.S)
_TOKEN: Final = re.compile(r"!?<(?:\[[0-9]{1,9}\]|[^>\0\r\n]+)>")
_TIMES: Final = re.compile(r"\{[ \t\r\n]*([0-9]{1,5})[ \t\r\n]*(?:(,)[ \t\r\n]*([0-9]{1,5})?[ \t\r\n]*)?\}")


@dataclass
class _Item:
    """One element of a sequence. ``names`` is the rule it refers to, None for a terminal; ``size`` counts elements."""

    names: str | None
    size: int = 1
    rules: int = 1
    is_empty: bool = False
    is_repeated: bool = False


@dataclass
class _Rule:
    """The alternatives of a rule, as far as they matter: what each is made of, in order."""

    alternatives: list[list[_Item]] = field(default_factory=list)


def check_grammar(text: str) -> None:
    """Raises GrammarUnreadable, GrammarIncomplete, GrammarRecursive or GrammarTooLarge where ``text`` is no good."""
    if len(text) > LONGEST_RULES:
        raise GrammarTooLarge
    rules = _Reader(text).read()
    missing = next((name for name in [ROOT, *_references(rules)] if name not in rules), None)
    if missing is not None:
        raise GrammarIncomplete(rule=missing)
    _check_beginnings(rules)


class _Reader:
    """Reads a grammar into rules; groups and repetitions become rules of their own, as in llama.cpp."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._elements = 0
        self._rules: dict[str, _Rule] = {}
        self._symbols: set[str] = set()
        self._n_made = 0

    def read(self) -> dict[str, _Rule]:
        """Returns the rules by name."""
        self._skip(_SPACE_AND_LINES)
        while self._at < len(self._text):
            self._read_rule()
        return self._rules

    def _read_rule(self) -> None:
        name = self._name()
        self._skip(_SPACE)
        if name in self._rules or not self._text.startswith("::=", self._at):
            raise self._unreadable()
        self._at += 3
        self._skip(_SPACE_AND_LINES)
        self._alternatives(name, is_nested=False)
        if self._at < len(self._text) and self._text[self._at] not in "\r\n":
            raise self._unreadable()
        self._skip(_SPACE_AND_LINES)

    def _alternatives(self, name: str, *, is_nested: bool) -> None:
        rule = _Rule()
        self._rules[name] = rule
        rule.alternatives.append(self._sequence(name, is_nested))
        while self._next() == "|":
            self._at += 1
            self._skip(_SPACE_AND_LINES)
            rule.alternatives.append(self._sequence(name, is_nested))

    def _sequence(self, name: str, is_nested: bool) -> list[_Item]:
        items: list[_Item] = []
        while True:
            item = self._item(name)
            if item is not None:
                self._count(item.size)
                items.append(item)
            elif not self._repeat(items, name):
                return items
            self._skip(_SPACE_AND_LINES if is_nested else _SPACE)

    def _item(self, name: str) -> _Item | None:
        match self._next():
            case '"':
                return self._literal()
            case "[":
                return self._characters()
            case "<" | "!":
                self._take(_TOKEN)
                return _Item(None)
            case ".":
                self._at += 1
                return _Item(None)
            case "(":
                return self._group(name)
        if _NAME.match(self._text, self._at):
            return _Item(self._name())
        return None

    def _literal(self) -> _Item:
        self._at += 1
        length = 0
        while self._next() != '"':
            self._take(_CHARACTER)
            length += 1
        self._at += 1
        return _Item(None, length, is_empty=not length)

    def _characters(self) -> _Item:
        self._at += 1
        if self._next() == "^":
            self._at += 1
        count = 0
        while self._next() != "]":
            self._take(_CHARACTER)
            count += 1
            if self._next() == "-" and self._text[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                self._take(_CHARACTER)
                count += 1
        self._at += 1
        return _Item(None, count, is_empty=not count)

    def _group(self, name: str) -> _Item:
        self._at += 1
        self._skip(_SPACE_AND_LINES)
        before = self._n_symbols()
        made = self._made(name)
        self._depth += 1
        if self._depth > DEEPEST_GROUP:
            raise GrammarTooLarge
        self._alternatives(made, is_nested=True)
        self._depth -= 1
        if self._next() != ")":
            raise self._unreadable()
        self._at += 1
        return _Item(made, rules=max(1, self._n_symbols() - before))

    def _repeat(self, items: list[_Item], name: str) -> bool:
        """Applies ``*``, ``+``, ``?`` or ``{m,n}`` to the last item; returns whether one stood there."""
        times = self._times()
        if times is None:
            return False
        if not items or items[-1].is_empty or items[-1].is_repeated:
            raise self._unreadable()
        least, most = times
        if most is not None and most < least:
            raise self._unreadable()
        item = items.pop()
        n_rules = item.rules * (most or least or 1)
        optional = 1 if most is None else most - least
        if n_rules > MOST_REPETITIONS:
            raise GrammarTooLarge
        self._count(item.size * (least + optional))
        if least:
            items.append(_Item(item.names, is_repeated=True))
        if optional:
            self._n_made += optional - 1
            made = self._made(name)
            again = [_Item(item.names), _Item(made)] if most is None else [_Item(item.names)]
            self._rules[made] = _Rule([again, []])
            items.append(_Item(made, is_repeated=True))
        return True

    def _times(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        sign = self._next()
        if sign in simple:
            self._at += 1
            return simple[sign]
        if sign != "{":
            return None
        least, comma, most = self._take(_TIMES).groups()
        if int(least) > MOST_REPETITIONS:
            raise GrammarTooLarge
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most and int(most) <= MOST_REPETITIONS else None

    def _made(self, name: str) -> str:
        self._n_made += 1
        return f"{name}_{self._n_made}"  # no name of a person's has an underscore

    def _n_symbols(self) -> int:
        return len(self._symbols) + self._n_made

    def _name(self) -> str:
        name = self._take(_NAME).group()
        self._symbols.add(name)
        return name

    def _count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > MOST_ELEMENTS:
            raise GrammarTooLarge

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._unreadable()
        self._at = found.end()
        return found

    def _skip(self, space: re.Pattern[str]) -> None:
        found = space.match(self._text, self._at)
        assert found is not None
        self._at = found.end()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _unreadable(self) -> GrammarUnreadable:
        rest = self._text[self._at : self._at + 24].split("\n")[0].replace("\0", "␀")
        return GrammarUnreadable(line=self._line(), found=rest or "⏎")


def _references(rules: dict[str, _Rule]) -> list[str]:
    return [item.names for rule in rules.values() for row in rule.alternatives for item in row if item.names]


def _check_beginnings(rules: dict[str, _Rule]) -> None:
    """Raises GrammarRecursive where a rule can begin with itself, GrammarTooLarge where there are too many ways."""
    empty = _may_be_empty(rules)
    ways: dict[str, int] = {}
    depths: dict[str, int] = {}
    for start in rules:
        if start in ways:
            continue
        stack = [(start, iter(_beginnings(rules[start], empty)))]
        under_way = {start}
        while stack:
            name, rest = stack[-1]
            following = next((other for other in rest if other not in ways), None)
            if following is None:
                begins = _beginnings(rules[name], empty)
                ways[name] = 1 + sum(ways[other] for other in begins)
                depths[name] = 1 + max((depths[other] for other in begins), default=0)
                if ways[name] > MOST_BEGINNINGS or depths[name] > DEEPEST_RULE:
                    raise GrammarTooLarge
                under_way.discard(name)
                stack.pop()
            elif following in under_way:
                raise GrammarRecursive(rule=following.split("_")[0])
            else:
                under_way.add(following)
                stack.append((following, iter(_beginnings(rules[following], empty))))
    if sum(ways.values()) > MOST_BEGINNINGS:
        raise GrammarTooLarge


def _beginnings(rule: _Rule, empty: set[str]) -> list[str]:
    found = []
    for row in rule.alternatives:
        for item in row:
            if item.names:
                found.append(item.names)
            if not _is_empty(item, empty):
                break
    return found


def _is_empty(item: _Item, empty: set[str]) -> bool:
    return item.is_empty or (item.names is not None and item.names in empty)


def _may_be_empty(rules: dict[str, _Rule]) -> set[str]:
    """Returns the rules that can match nothing: for each alternative it is counted what in it cannot, so far."""
    users: dict[str, list[tuple[str, int]]] = {}
    left: dict[tuple[str, int], int] = {}
    found: list[str] = []
    for name, rule in rules.items():
        for at, row in enumerate(rule.alternatives):
            left[name, at] = sum(not item.is_empty for item in row)
            if not left[name, at]:
                found.append(name)
            for item in row:
                if item.names:
                    users.setdefault(item.names, []).append((name, at))
    empty: set[str] = set()
    while found:
        name = found.pop()
        if name in empty:
            continue
        empty.add(name)
        for user in users.get(name, ()):
            left[user] -= 1
            if not left[user]:
                found.append(user[0])
    return empty
