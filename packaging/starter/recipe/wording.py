"""Makes clean questions look typed by people: capitals, missing marks, greetings in front, slips of the finger."""

from __future__ import annotations

import random
import re

_QUESTION = re.compile(r"(?i)(what|how|why|who|which|where|when|can|do|does|is|are|will|should|may)\b")
_OPENERS = ("hey, ", "hi, ", "hello, ", "please, ", "ok, ", "um, ", "well, ", "so, ", "hi! ", "and ")
_CLOSERS = (" please", " thanks", " please?", " ok?")
_SMALL_WORDS = re.compile(r"(?i)\b(do|does|the|a|an|my|is|are|to|can|it|of)\b ?")


def as_typed(text: str, random_source: random.Random) -> str:
    """Return an English question the way someone may type it."""
    chance = random_source.random
    if chance() < 0.35:
        text = text[:1].upper() + text[1:]
    if len(text) > 12 and chance() < 0.08:
        text = _without_small_word(text, random_source)
    if not re.search(r"[?.!]$", text):
        text += _mark(text, chance())
    if len(text) > 8:
        if chance() < 0.10:
            text = random_source.choice(_OPENERS) + text
        if chance() < 0.05:
            text = text.rstrip("?.!") + random_source.choice(_CLOSERS)
        if chance() < 0.12:
            text = _with_slip(text, random_source)
    return text.lower() if chance() < 0.08 else text


def as_typed_chinese(text: str, random_source: random.Random) -> str:
    """Return a Chinese question with one of the usual endings."""
    return text + random_source.choice(("", "", "？", "?", "。", "！" if len(text) < 5 else ""))


def _mark(text: str, chance: float) -> str:
    if _QUESTION.match(text):
        return "?" if chance < 0.6 else ""
    return "." if chance < 0.3 else "!" if chance < 0.38 else ""


def _without_small_word(text: str, random_source: random.Random) -> str:
    found = list(_SMALL_WORDS.finditer(text))
    if not found:
        return text
    word = random_source.choice(found)
    return text[: word.start()] + text[word.end() :]


def _with_slip(text: str, random_source: random.Random) -> str:
    at = random_source.randrange(1, len(text) - 1)
    kind = random_source.random()
    if kind < 0.4:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:]
