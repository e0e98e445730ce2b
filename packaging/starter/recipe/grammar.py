"""Question templates: one line of grammar stands for many ways to ask the same thing."""

from __future__ import annotations

import re


def expand(template: str) -> list[str]:
    """Return every sentence of a template, without repeats, in the order of writing.

    ``(a|b|)`` chooses one (groups nest), ``(a)?`` may be left out, and ``u?`` between two letters makes
    the letter before it optional, so that ``colou?r`` has both spellings.
    """
    sentences, _ = _alternatives(template, 0)
    spaced = (re.sub(r"\s+", " ", sentence).strip() for sentence in sentences)
    return list(dict.fromkeys(sentence for sentence in spaced if sentence))


def _alternatives(template: str, at: int) -> tuple[list[str], int]:
    """Read alternatives up to the closing bracket; return them and the place after it."""
    finished: list[str] = []
    open_ends = [""]
    while at < len(template):
        char = template[at]
        if char == "(":
            inner, at = _alternatives(template, at + 1)
            if template[at : at + 1] == "?":
                inner, at = [*inner, ""], at + 1
            open_ends = [start + end for start in open_ends for end in inner]
            continue
        at += 1
        if char == ")":
            return finished + open_ends, at
        if char == "|":
            finished, open_ends = finished + open_ends, [""]
        elif char == "?" and _between_letters(template, at - 1):
            open_ends += [start[:-1] for start in open_ends]
        else:
            open_ends = [start + char for start in open_ends]
    return finished + open_ends, at


def _between_letters(template: str, at: int) -> bool:
    around = template[max(at - 1, 0) : at] + template[at + 1 : at + 2]
    return len(around) == 2 and around.isalpha()
