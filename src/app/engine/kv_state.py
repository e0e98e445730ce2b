"""What a context held at one moment and of which text, as values that can be kept and given back."""

from __future__ import annotations

from array import array
from dataclasses import dataclass


@dataclass(frozen=True)
class Checkpoint:
    """The part of a memory that cannot be cut back (a recurrent state, a sliding window) after ``n_tokens``."""

    n_tokens: int
    data: memoryview


@dataclass(frozen=True)
class KvState:
    """Keys and values of ``tokens`` as llama.cpp writes them (``data``), with the checkpoints on the way.

    With ``is_shifted`` some keys were moved: what follows is not to the bit what evaluating the tokens would give.
    """

    tokens: array[int]
    data: memoryview
    checkpoints: tuple[Checkpoint, ...] = ()
    is_shifted: bool = False

    @property
    def n_bytes(self) -> int:
        """Size of the data, in bytes."""
        return len(self.data) + sum(len(point.data) for point in self.checkpoints)


@dataclass(frozen=True)
class Script:
    """A rendered prompt, cut into segments, and its tokens; ``counts`` says how many belong to each segment."""

    texts: tuple[str, ...]
    counts: tuple[int, ...]
    tokens: list[int]

    @property
    def border(self) -> int:
        """Where the last segment begins: the prompts of a conversation part behind it, never before it."""
        return len(self.tokens) - self.counts[-1] if self.counts else 0
