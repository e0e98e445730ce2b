"""Presets and snippets: kept, replaced, forgotten, and checked when they are read."""

from __future__ import annotations

import pytest

from app.domain.generation import ContextPolicy, LogitBias, SamplingParameters, ThinkingChoice
from app.domain.presets import Choices, Preset, Snippet
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.presets import PresetStore

FULL = Preset(
    "a",
    "诗人",
    "Rhyme.\nAlways.",
    SamplingParameters(temperature=1.5, seed=3, logit_bias=(LogitBias(" so", -2.0),)),
    "tiny",
    ThinkingChoice(False, 64),
    ContextPolicy.SUMMARISE,
    2,
)


@pytest.fixture
def presets(database: Database) -> PresetStore:
    return PresetStore(database)


def test_what_was_kept_is_there_again_by_name(presets: PresetStore) -> None:
    presets.keep(FULL, Preset("b", "apple"), Preset("c", "Bread"), Snippet("d", "Letter", "Dear {{cursor}}"))
    assert presets.presets() == [Preset("b", "apple"), Preset("c", "Bread"), FULL]
    assert presets.snippets() == [Snippet("d", "Letter", "Dear {{cursor}}")]
    presets.keep(Preset("a", "Poet"))
    assert presets.presets()[-1] == Preset("a", "Poet")
    for identity in ("a", "b", "d", "unknown"):
        presets.delete(identity)
    assert (presets.presets(), presets.snippets()) == ([Preset("c", "Bread")], [])


def test_hidden_ones_are_remembered(presets: PresetStore) -> None:
    presets.set_hidden({"one", "two"})
    assert presets.hidden() == {"one", "two"}
    presets.set_hidden({"two"})
    assert presets.hidden() == {"two"}


def test_a_lone_surrogate_is_kept_as_far_as_it_can_be(presets: PresetStore) -> None:
    presets.keep(Snippet("a", "Odd", "x\ud800"))
    assert presets.snippets() == [Snippet("a", "Odd", "x\ufffd")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not json", []),
        ("[" * 10_000, []),
        ("[1]", []),
        ('{"name": ""}', []),
        ('{"name": "a\\nb"}', []),
        ('{"name": "x", "system_prompt": 7}', []),
        ('{"name": "x", "sampling": 1, "thinking": {"budget": -1}, "policy": [], "pinned": true}', [Preset("a", "x")]),
        ('{"name": "x", "sampling": {"top_k": 3, "top_p": 9}}', [Preset("a", "x", "", SamplingParameters(top_k=3))]),
    ],
)
def test_what_cannot_be_is_left_out(
    database: Database, presets: PresetStore, text: str, expected: list[Preset]
) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO presets VALUES ('a', ?)", (text,))
    assert presets.presets() == expected


def test_choices_of_a_conversation_are_replaced_with_none_too(store: ConversationStore) -> None:
    conversation = store.create("One", system_prompt="Before", sampling=SamplingParameters(top_k=3))
    before = Choices("Before", SamplingParameters(top_k=3))
    store.put_choices(conversation.id, FULL.applied_to(before))
    found = store.get(conversation.id)
    assert (found.system_prompt, found.sampling, found.thinking) == (FULL.system_prompt, FULL.sampling, FULL.thinking)
    assert (found.policy, found.pinned) == (FULL.policy, FULL.pinned)
    store.put_choices(conversation.id, before)
    found = store.get(conversation.id)
    assert (found.policy, found.pinned, found.thinking) == (None, None, ThinkingChoice())
    assert Preset("b", "Short", "Be brief.").applied_to(before) == Choices("Be brief.", before.sampling)
