"""Guesses the next tokens of a reply from what stands in its prompt or earlier in itself, without a second model.

The method is known as prompt lookup: where the last tokens stood before, those that followed them may follow again.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final

_GRAM: Final = 4
"""Tokens that have to be the same before a place is looked at."""


class PromptLookup:
    """The tokens of one prompt and its reply, with where each four of them stood last: constant time a token."""

    def __init__(self, prompt: Sequence[int]) -> None:
        self.tokens = list(prompt)
        grams = zip(*(itertools.islice(self.tokens, skipped, None) for skipped in range(_GRAM)), strict=False)
        self._ends = dict(zip(grams, itertools.count(_GRAM), strict=False))
        self._place = 0
        self._run = 0

    def append(self, token: int) -> int:
        """Takes the next token of the reply; returns 0 where there is nothing to draft."""
        tokens, run = self.tokens, self._run
        if run:
            self._run = run = run + 1 if tokens[run] == token else 0
        tokens.append(token)
        gram = tuple(tokens[-_GRAM:])
        self._place = place = self._ends.get(gram, 0)
        self._ends[gram] = len(tokens)
        return run or place

    def draft(self, most: int, least_same: int, is_end: Callable[[int], bool]) -> list[int]:
        """Returns at most ``most`` tokens that may come next, but none that ends a reply.

        A draft goes on where the one before proved right; else at least ``least_same`` last tokens have to be those
        before it.
        """
        start = self._run or self._place
        if not start or (start != self._run and not self._is_same(start, least_same)):
            return []
        self._run = start
        return list(itertools.takewhile(lambda token: not is_end(token), self.tokens[start : start + most]))

    def _is_same(self, end: int, count: int) -> bool:
        tokens = self.tokens
        return end >= count and tokens[end - count : end] == tokens[-count:]
