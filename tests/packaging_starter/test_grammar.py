"""One line of grammar stands for many questions."""

from __future__ import annotations

import random

import pytest
from recipe.grammar import expand
from recipe.wording import as_typed, as_typed_chinese


@pytest.mark.parametrize(
    ("template", "sentences"),
    [
        ("help", ["help"]),
        ("a (b|c) d", ["a b d", "a c d"]),
        ("open( it|)", ["open it", "open"]),
        ("call( (me|you))?", ["call me", "call you", "call"]),
        ("colou?r", ["colour", "color"]),
        ("why?", ["why?"]),
        ("(你|您)好", ["你好", "您好"]),
        ("(a|a)", ["a"]),
    ],
)
def test_expands(template: str, sentences: list[str]) -> None:
    assert expand(template) == sentences


def test_typed_questions_stay_short_variants_of_the_clean_one() -> None:
    chance = random.Random(4)
    typed = {as_typed("how do i delete a conversation", chance) for _ in range(300)}
    assert "how do i delete a conversation" in typed
    assert "How do i delete a conversation?" in typed
    assert len(typed) > 30
    assert max(map(len, typed)) <= len("how do i delete a conversation") + len("hello, ") + len(" please?") + 1


def test_chinese_gets_chinese_endings_only() -> None:
    chance = random.Random(4)
    typed = {as_typed_chinese("怎么删除对话", chance) for _ in range(50)}
    assert typed == {"怎么删除对话", "怎么删除对话？", "怎么删除对话?", "怎么删除对话。"}
