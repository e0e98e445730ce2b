"""Draws training conversations: a few turns about random subjects, in the proportions that people ask for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from recipe.subjects import APP, CHINESE, FACT, PERSONALITY, TALK, UNKNOWN, Phrases, Subject
from recipe.wording import as_typed, as_typed_chinese

GROUP_SHARES = {APP: 0.42, TALK: 0.16, PERSONALITY: 0.24, FACT: 0.04, UNKNOWN: 0.14}
CHINESE_SHARE = 0.11
USUAL_ANSWER = 0.8
"""How often the first answer of a subject is taken: when the answers share the probability evenly, greedy
decoding picks a wrong subject that has only one answer."""
_TURNS = (1, 2, 3, 4, 6, 10)
_TURN_SHARES = (0.42, 0.25, 0.12, 0.08, 0.07, 0.06)


@dataclass(frozen=True)
class TrainingConversation:
    """A system prompt, or none, and turns of (question, answer)."""

    system: str | None
    turns: tuple[tuple[str, str], ...]


class ConversationSource:
    """An endless, seeded source of training conversations."""

    def __init__(self, subjects: list[Subject], phrases: Phrases, seed: int) -> None:
        self._random = random.Random(seed)
        self._phrases = phrases
        self._groups = {
            group: [subject for subject in subjects if subject.group == group] for group in (*GROUP_SHARES, CHINESE)
        }
        self._weights = {
            group: [_draw_weight(subject) for subject in members] for group, members in self._groups.items()
        }

    def __iter__(self) -> Iterator[TrainingConversation]:
        while True:
            yield self._draw()

    def _draw(self) -> TrainingConversation:
        source = self._random
        count = source.choices(_TURNS, _TURN_SHARES)[0]
        in_chinese = source.random() < CHINESE_SHARE
        turns: list[tuple[str, str]] = []
        last: Subject | None = None
        for _ in range(count):
            if last is not None and last.more and source.random() < 0.35:
                turns.append((as_typed(source.choice(self._phrases.more), source), last.more))
                last = None
                continue
            group = CHINESE if in_chinese else source.choices([*GROUP_SHARES], [*GROUP_SHARES.values()])[0]
            last = source.choices(self._groups[group], self._weights[group])[0]
            turns.append((self._question(last), self._answer(last)))
        system = source.choice(self._phrases.system) if source.random() < 0.3 else None
        return TrainingConversation(system, tuple(turns))

    def _question(self, subject: Subject) -> str:
        source = self._random
        framed = subject.framed and (not subject.questions or source.random() < 0.5)
        text = source.choice(subject.framed if framed else subject.questions)
        text = text.replace("{NAME}", source.choice(self._phrases.names))
        return as_typed_chinese(text, source) if subject.group == CHINESE else as_typed(text, source)

    def _answer(self, subject: Subject) -> str:
        usual, *others = subject.answers
        return usual if not others or self._random.random() < USUAL_ANSWER else self._random.choice(others)


def _draw_weight(subject: Subject) -> float:
    """Personality subjects differ in size by thirty; draw them by the root of it."""
    size = float(len(subject.questions) ** 0.5) if subject.group == PERSONALITY else 1.0
    return size * subject.weight
