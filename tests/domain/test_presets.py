"""Presets and snippets as values: what a preset leaves alone, and the way to JSON and back."""

from __future__ import annotations

import json

import pytest

from app.domain.generation import ContextPolicy, LogitBias, SamplingParameters, ThinkingChoice
from app.domain.presets import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Choices,
    Preset,
    Snippet,
    is_name,
    preset_from,
    snippet_from,
    values_of,
)

FULL = Preset(
    "a",
    "诗人",
    "Rhyme.",
    SamplingParameters(top_k=3, logit_bias=(LogitBias("x", 1.0),)),
    "tiny",
    ThinkingChoice(None, 5),
    ContextPolicy.ROLL,
    0,
)


def test_a_preset_changes_only_what_it_says() -> None:
    before = Choices("Old.", SamplingParameters(seed=1), ThinkingChoice(True), ContextPolicy.STOP, 4)
    after = Preset("a", "x", "New.").applied_to(before)
    assert after == Choices("New.", before.sampling, before.thinking, before.policy, before.pinned)
    assert FULL.applied_to(before) == Choices("Rhyme.", FULL.sampling, ThinkingChoice(None, 5), ContextPolicy.ROLL, 0)


@pytest.mark.parametrize("preset", [FULL, Preset("a", "x"), Preset("a", "x", thinking=ThinkingChoice())])
def test_a_preset_goes_through_json_whole(preset: Preset) -> None:
    values = json.loads(json.dumps(values_of(preset)))
    assert "id" not in values
    assert preset_from("a", values) == preset


def test_a_snippet_goes_through_json_whole() -> None:
    snippet = Snippet("a", "信", "Dear {{cursor}}\n")
    assert snippet_from("a", json.loads(json.dumps(values_of(snippet)))) == snippet
    assert snippet_from("a", {"name": "x", "text": "y" * (LONGEST_TEXT + 1)}) is None


@pytest.mark.parametrize(
    ("name", "is_good"),
    [("x", True), ("a b 信 😀", True), ("x" * LONGEST_NAME, True), ("x" * (LONGEST_NAME + 1), False)]
    + [(bad, False) for bad in ("", "  ", "a\nb", "a\tb", "a\u202eb", "\x1b[31m")],
)
def test_a_name_is_one_line_that_can_be_shown(name: str, is_good: bool) -> None:
    assert is_name(name) == is_good
