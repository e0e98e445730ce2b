"""`skald chat --preset` with a saved preset: what it sets, what comes before it, what the conversation keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import Skald
from tests.gguf_files import write_llama

from app import paths
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice
from app.domain.messages import Conversation, Message
from app.domain.presets import Preset
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.presets import PresetStore

POET = Preset("a", "Poet", "Rhyme.", SamplingParameters(top_k=7), "", ThinkingChoice(False, 9), ContextPolicy.STOP, 2)


def keep(skald: Skald, *presets: Preset) -> None:
    with Database.open(paths.find(str(skald.home)).database) as database:
        PresetStore(database).keep(*presets)


def last(skald: Skald) -> tuple[Conversation, Message]:
    """Returns the latest conversation and its last message."""
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        conversation = store.list()[0]
        return conversation, store.path(conversation.id)[-1]


def ask(skald: Skald, *options: str | Path) -> tuple[Conversation, SamplingParameters]:
    outcome = skald("chat", "-p", "Hello", "--max-tokens", "2", *options)
    assert outcome.code == 0, outcome.stderr
    conversation, reply = last(skald)
    assert reply.facts.sampling is not None
    return conversation, reply.facts.sampling


def test_a_new_conversation_gets_and_keeps_what_the_preset_says(skald: Skald) -> None:
    keep(skald, POET)
    conversation, sampling = ask(skald, "--preset", "poet")
    assert (conversation.system_prompt, conversation.sampling, conversation.thinking) == (
        "Rhyme.",
        POET.sampling,
        POET.thinking,
    )
    assert (conversation.policy, conversation.pinned, sampling.top_k) == (ContextPolicy.STOP, 2, 7)


def test_every_other_option_comes_before_it(skald: Skald) -> None:
    keep(skald, POET)
    conversation, sampling = ask(skald, "--preset", "Poet", "--system", "Be plain.", "--top-k", "3")
    assert (conversation.system_prompt, sampling.top_k) == ("Be plain.", 3)


def test_a_conversation_that_goes_on_takes_it_on(skald: Skald) -> None:
    keep(skald, POET)
    before, _ = ask(skald, "--system", "Be kind.")
    conversation, sampling = ask(skald, "--conversation", before.id, "--preset", "Poet")
    assert (conversation.id, conversation.system_prompt, sampling.top_k) == (before.id, "Rhyme.", 7)
    _, sampling = ask(skald, "--conversation", before.id)
    assert sampling.top_k == 7


def test_the_sampling_s_names_come_first_then_one_s_own_then_the_built_in_ones(skald: Skald) -> None:
    keep(skald, Preset("b", "precise", "Mine."), Preset("c", "Proofreader", "Also mine."))
    conversation, sampling = ask(skald, "--preset", "precise")
    assert (conversation.system_prompt, sampling.temperature) == ("", 0.2)
    assert ask(skald, "--preset", "Precise")[0].system_prompt == "Mine."
    assert ask(skald, "--preset", "proofreader")[0].system_prompt == "Also mine."
    assert "Summarise" in ask(skald, "--preset", "summariser")[0].system_prompt


def test_its_model_is_used_where_it_is_there(skald: Skald, tmp_path: Path) -> None:
    skald("models", "import", write_llama(tmp_path / "tiny.gguf"))
    other = write_llama(tmp_path / "other.gguf")
    keep(skald, Preset("b", "Tiny", model="tiny"), Preset("c", "Gone", model="nowhere"))
    keep(skald, Preset("d", "Path", model=str(other)))
    assert ask(skald, "--preset", "tiny")[0].model == "tiny"
    assert ask(skald, "--preset", "tiny", "-m", "starter")[0].model == "starter"
    outcome = skald("chat", "-p", "Hello", "--max-tokens", "2", "--preset", "gone")
    assert outcome.code == 0
    assert "nowhere" in outcome.stderr
    assert ask(skald, "--preset", "path", "-m", "starter")[0].model == "starter"
    assert ask(skald, "--preset", "path")[0].model != "other"


@pytest.mark.parametrize("name", ["nobody", ""])
def test_an_unknown_name_is_one_sentence_before_anything_is_written(skald: Skald, name: str) -> None:
    outcome = skald("chat", "-p", "Hello", "--preset", name)
    assert (outcome.code, outcome.stdout, outcome.stderr.count("\n")) == (2, "", 1)
    assert "Translator" in outcome.stderr
    assert skald("conversations", "list", "--json").records == []
