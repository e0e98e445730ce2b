"""GBNF for the whole numbers of a range: digit by digit, because a grammar cannot count."""

from __future__ import annotations

from typing import Final

MOST_DIGITS: Final = 16
"""Digits that a number without a limit may have: what a 64-bit float holds exactly."""


def whole_numbers(lowest: int | None, highest: int | None) -> str | None:
    """Returns an expression for the decimal numbers from ``lowest`` to ``highest`` (None: no limit).

    None where there are none. The limits have less than `MOST_DIGITS` digits.
    """
    parts = []
    if lowest is None or lowest < 0:
        least, most = 1 if highest is None else max(1, -highest), None if lowest is None else -lowest
        if most is None or least <= most:
            parts.append(f'"-" {_magnitudes(least, most)}')
    if highest is None or highest >= 0:
        least = max(0, lowest or 0)
        if highest is None or least <= highest:
            parts.append(_magnitudes(least, highest))
    return f"({' | '.join(parts)})" if parts else None


def _magnitudes(lowest: int, highest: int | None) -> str:
    first = len(str(lowest))
    last = len(str(highest)) if highest is not None else first
    parts = []
    for digits in range(first, last + 1):
        low = max(lowest, 10 ** (digits - 1) if digits > 1 else 0)
        high = 10**digits - 1 if highest is None else min(highest, 10**digits - 1)
        parts.append(_same_length(str(low), str(high)))
    if highest is None:
        parts.append(f"[1-9] [0-9]{{{first},{MOST_DIGITS - 1}}}")
    return f"({' | '.join(parts)})"


def _same_length(low: str, high: str) -> str:
    """Returns an expression for the numbers of as many digits from ``low`` to ``high``."""
    if not low:
        return ""
    if low[0] == high[0]:
        return f'"{low[0]}" {_same_length(low[1:], high[1:])}'.rstrip()
    rest = len(low) - 1
    start, end = int(low[0]), int(high[0])
    parts = []
    if low[1:].strip("0"):
        parts.append(f'"{start}" {_same_length(low[1:], "9" * rest)}')
        start += 1
    if high[1:].strip("9"):
        parts.append(f'"{end}" {_same_length("0" * rest, high[1:])}')
        end -= 1
    if start <= end:
        parts.append(f"[{start}-{end}]" + (f" [0-9]{{{rest}}}" if rest else ""))
    return f"({' | '.join(parts)})"
