"""What can go wrong with an answer on the loopback Hub, as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.hub.exchange import Answer, Request


@dataclass(frozen=True)
class Instead:
    """Another answer takes the place of the right one."""

    answer: Callable[[Request], Answer]


@dataclass(frozen=True)
class WholeFile:
    """The header ``Range`` is overlooked."""


@dataclass(frozen=True)
class Shorten:
    """``Content-Length`` and the body are too small by so many bytes."""

    missing: int


@dataclass(frozen=True)
class Trickle:
    """The body goes out at so many bytes a second."""

    bytes_per_s: int


class BodyEffect:
    """Happens to a body at one place in it."""


@dataclass(frozen=True)
class Cut(BodyEffect):
    """After so many bytes of the body the connection ends: in good order, or (a reset) as when a cable is pulled."""

    after: int
    is_reset: bool


@dataclass(frozen=True)
class Hold(BodyEffect):
    """After so many bytes of the body nothing more comes until the fault is released."""

    after: int


@dataclass(frozen=True)
class Run(BodyEffect):
    """After so many bytes of the body something else happens first."""

    after: int
    action: Callable[[], object]


@dataclass(frozen=True)
class Flip(BodyEffect):
    """All bits of the byte at this offset in the file are wrong."""

    offset: int


Effect = Instead | WholeFile | Shorten | Trickle | BodyEffect


def occurs(effect: Effect, answer: Answer) -> bool:
    """Says whether an answer is long enough for the effect to happen."""
    match effect:
        case Cut(after) | Hold(after) | Run(after):
            return after < answer.length
        case Flip(offset):
            return answer.start <= offset < answer.stop
        case Shorten(missing):
            return missing <= answer.length
    return True
