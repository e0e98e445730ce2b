"""Numbers on the command line, with the range they must be in."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from app import i18n


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Returns what argparse calls to read a whole number."""

    def read(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(
                i18n.text("cli.wrong.whole_number", value=value, lowest=lowest, highest=highest)
            )
        return number

    return read


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """Returns what argparse calls to read a number; "nan" is in no range."""

    def read(value: str) -> float:
        try:
            found = float(value)
        except ValueError:
            found = float("nan")
        if not lowest <= found <= highest:
            raise argparse.ArgumentTypeError(i18n.text("cli.wrong.number", value=value, lowest=lowest, highest=highest))
        return found

    return read
