"""Tells the reasoning of a model from its answer by the markers that it writes around it, while the text streams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

LONGEST_SPACE: Final = 256
"""White space before a marker, in characters, beyond which it is none."""

Piece = tuple[bool, str]
"""Whether it is reasoning, and the text."""


@dataclass(frozen=True)
class Markers:
    """How one family of models frames its reasoning.

    ``lead`` stands between ``start`` and the reasoning, ``closing`` is the whole way from the reasoning to the answer.
    ``answers`` are the marks before and after an answer, which are no text; the second may be empty. ``skipped`` stands
    between the parts of a reply, where reasoning may begin again.
    """

    start: str
    end: str
    lead: str = "\n"
    closing: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    skipped: str = ""

    @property
    def way_out(self) -> str:
        """What ends the reasoning where the model does not do so itself."""
        return self.closing or f"{self.lead}{self.end}\n\n"


#: Taken from llama.cpp's ``common/parsers`` and ``models/templates``, and from what its earlier releases parsed.
MARKERS: Final = (
    Markers("<think>", "</think>", answers=(("<response>", "</response>"), ("<answer>", "</answer>"))),
    Markers("<thinking>", "</thinking>"),
    Markers("<thought>", "</thought>"),
    Markers("<reasoning>", "</reasoning>"),
    Markers("<seed:think>", "</seed:think>"),
    Markers("<mm:think>", "</mm:think>", lead=""),
    Markers("<think:opensource>", "</think:opensource>", lead=""),
    Markers("[THINK]", "[/THINK]", lead="", closing="[/THINK]"),
    Markers("<|START_THINKING|>", "<|END_THINKING|>", lead="", closing="<|END_THINKING|>"),
    Markers("<|inner_prefix|>", "<|inner_suffix|>", lead="", closing="<|inner_suffix|>"),
    Markers("<|channel>thought", "<channel|>", closing="\n<channel|>"),
    Markers(
        "<|channel|>analysis<|message|>",
        "<|end|>",
        lead="",
        closing="<|end|><|start|>assistant<|channel|>final<|message|>",
        answers=(("<|channel|>final<|message|>", ""), ("<|channel|>commentary<|message|>", "")),
        skipped="<|start|>assistant",
    ),
    Markers(
        " to=self<|message|>",
        "<|eom|>",
        lead="",
        closing="<|eom|><|start|>assistant to=user<|message|>",
        answers=((" to=user<|message|>", ""),),
        skipped="<|start|>assistant",
    ),
    Markers(
        "<|think|>",
        "<|end|>",
        lead="",
        closing="<|end|><|begin|>assistant<|content|>",
        answers=(("<|content|>", ""),),
        skipped="<|begin|>assistant",
    ),
    Markers(
        "<|open|>think<|sep|>",
        "<|close|>think<|sep|>",
        lead="",
        closing="<|close|>think<|sep|><|open|>response<|sep|>",
        answers=(("<|open|>response<|sep|>", "<|close|>response<|sep|><|close|>message<|sep|>"),),
    ),
    Markers(
        "Here are my reasoning steps:",
        "[BEGIN FINAL RESPONSE]",
        closing="\n[BEGIN FINAL RESPONSE]\n",
        answers=(("", "[END FINAL RESPONSE]"),),
    ),
)


def shown_in(text: str) -> tuple[Markers, ...]:
    """Returns the markers that stand in ``text``, with those marks of an answer that stand there too."""
    found = [family for family in MARKERS if _is_shown(family, text)]
    return tuple(
        replace(
            family,
            answers=tuple(marks for marks in family.answers if family.skipped or all(mark in text for mark in marks)),
        )
        for family in found
    )


def _is_shown(family: Markers, text: str) -> bool:
    """Whether ``text`` has these markers; an end that ends other things too says nothing."""
    if family.skipped:
        return family.start.strip() in text and family.skipped in text
    return family.start in text or family.end in text


def opened_by(rendered: str, families: Sequence[Markers]) -> Markers | None:
    """Returns the markers whose reasoning the end of a prompt has begun."""
    tail = rendered.rstrip()
    return next((family for family in families if tail.endswith(family.start.strip())), None)


class ReasoningSplitter:
    """Text in, reasoning and answer out; what may be the beginning of a marker waits until that is decided.

    Reasoning counts only at the beginning of a reply (or where ``inside`` says that the prompt has begun it), so that
    an answer may speak of markers. Apart from markers, and white space around reasoning, no text is lost. It takes
    constant time a character.
    """

    def __init__(
        self,
        families: Sequence[Markers],
        *,
        hidden: str = "",
        inside: Markers | None = None,
        is_answering: bool = False,
    ) -> None:
        """``hidden`` are characters that stand for control tokens: markers may hold them, no text shows them.

        ``is_answering`` goes on with an answer that has begun.
        """
        self._families = tuple(families)
        self._hidden = dict.fromkeys(map(ord, hidden))
        self._held = ""
        self._spaces: list[str] = []
        self._has_words = False
        self._final = ""
        self.family: Markers | None = inside
        self.has_reasoned = inside is not None
        self.is_reasoning = inside is not None
        self._is_answering = is_answering

    @property
    def is_undecided(self) -> bool:
        """Whether it is not known yet what the reply begins with."""
        return not self.is_reasoning and not self._is_answering

    def feed(self, text: str) -> list[Piece]:
        """Takes the next text and returns what is certain by now."""
        self._held += text
        found: list[Piece] = []
        while self._held and self._step(found):
            pass
        return self._shown(found)

    def finish(self) -> list[Piece]:
        """Returns the rest: no text follows, so none waits any more."""
        found: list[Piece] = []
        if self.is_reasoning:
            found = [(True, "".join([*self._spaces, self._held]))] if self._has_words else [(True, self._held.lstrip())]
        elif not self._ends_with_final():
            found = [(False, self._held)]
        self._held, self._spaces = "", []
        return self._shown(found)

    def _step(self, found: list[Piece]) -> bool:
        if self.is_reasoning:
            return self._reason(found)
        if self._is_answering:
            return self._answer(found)
        return self._open()

    def _open(self) -> bool:
        """Looks at what a reply, or what follows its reasoning, begins with. Returns whether that is decided."""
        body = self._held.lstrip()
        space = len(self._held) - len(body)
        if self.has_reasoned:
            self._held = body
        marks = self._marks() if self.has_reasoned or space <= LONGEST_SPACE else {}
        for mark, family in marks.items():
            if body.startswith(mark):
                self._held = body[len(mark) :]
                self._enter(mark, family)
                return True
        if any(mark.startswith(body) for mark in marks):
            return False
        if not body and self.has_reasoned:
            return False
        self._is_answering = True
        if self.family is not None and not self._final:
            self._final = next((final for mark, final in self.family.answers if not mark), "")
        return True

    def _marks(self) -> dict[str, Markers]:
        """Returns what may come now: after reasoning only what belongs to it."""
        marks: dict[str, Markers] = {}
        for family in self._families:
            if self.family not in (None, family):
                continue
            if not self.has_reasoned or family.skipped:
                marks[family.start.strip()] = family
            if family.skipped:
                marks[family.skipped] = family
            for mark, _ in family.answers:
                if mark and (family.skipped or self.has_reasoned):
                    marks[mark.strip()] = family
        return marks

    def _enter(self, mark: str, family: Markers) -> None:
        self.family = family
        if mark == family.start.strip():
            self.is_reasoning = self.has_reasoned = True
            self._has_words = False
        elif mark != family.skipped:
            self._is_answering = True
            self._final = next((final for opening, final in family.answers if opening.strip() == mark), "")

    def _reason(self, found: list[Piece]) -> bool:
        assert self.family is not None
        end = self.family.end
        at = self._held.find(end)
        if at >= 0:
            self._think(self._held[:at], found)
            self._held = self._held[at + len(end) :]
            self._spaces.clear()
            self.is_reasoning = False
            return True
        keep = _undecided(self._held, end)
        self._think(self._held[: len(self._held) - keep], found)
        self._held = self._held[len(self._held) - keep :]
        return False

    def _think(self, text: str, found: list[Piece]) -> None:
        """Passes reasoning on, but for white space at its beginning and, until more follows, at its end."""
        if not self._has_words:
            text = text.lstrip()
        words = text.rstrip()
        if words:
            found.append((True, "".join([*self._spaces, words])))
            self._spaces, self._has_words = [], True
        if self._has_words:
            self._spaces.append(text[len(words) :])

    def _answer(self, found: list[Piece]) -> bool:
        keep = 0
        if self._final:
            at = self._held.rfind(self._final)
            if at >= 0 and self._ends_with_final(at):
                keep = len(self._held) - at
            else:
                keep = _undecided(self._held, self._final)
        found.append((False, self._held[: len(self._held) - keep]))
        self._held = self._held[len(self._held) - keep :]
        return False

    def _ends_with_final(self, at: int = 0) -> bool:
        """Whether from ``at`` on there is nothing but the mark that ends an answer."""
        if not self._final or not self._held.startswith(self._final, at):
            return False
        rest = self._held[at + len(self._final) :]
        return len(rest) <= LONGEST_SPACE and not rest.strip()

    def _shown(self, found: list[Piece]) -> list[Piece]:
        if self._hidden:
            found = [(is_reasoning, text.translate(self._hidden)) for is_reasoning, text in found]
        return [piece for piece in found if piece[1]]


def _undecided(text: str, mark: str) -> int:
    """Returns how many characters at the end of ``text`` may begin ``mark``."""
    for length in range(min(len(mark) - 1, len(text)), 0, -1):
        if mark.startswith(text[-length:]):
            return length
    return 0
