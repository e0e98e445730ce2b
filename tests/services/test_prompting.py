"""A branch becomes a prompt whose messages are still known, with the policy and the summary of its conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakes import FakeEngine

from app.domain.generation import ContextPolicy, PromptMessage, SamplingParameters, Summarised
from app.services.conversing import Conversing, ReplyOptions
from app.services.prompting import Prompt
from app.services.recording import ReplyRecorder
from app.storage.conversations import ConversationStore
from app.storage.settings import Settings

SETTINGS = Settings(system_prompt="Be brief.", context_policy="stop", pinned_messages=1)


@pytest.fixture
def conversation_id(store: ConversationStore, engine: FakeEngine) -> str:
    """Three turns."""
    conversing = Conversing(store, lambda: SETTINGS)
    found = None
    for text in ("One", "Two", "Three"):
        pending = conversing.begin(text, conversation_id=found)
        recorder = ReplyRecorder(store, pending)
        for event in engine.generate(pending.request):
            recorder.receive(event)
        found = pending.conversation_id
    assert found is not None
    return found


def prompt(store: ConversationStore, conversation_id: str) -> Prompt:
    return Prompt.of(store.get(conversation_id), store.path(conversation_id), SETTINGS)


def test_each_message_of_a_prompt_knows_where_it_comes_from(store: ConversationStore, conversation_id: str) -> None:
    made = prompt(store, conversation_id)
    branch = store.path(conversation_id)
    assert made.origins == ("", *(message.id for message in branch))
    assert [message.content for message in made.messages] == ["Be brief.", *(message.text for message in branch)]


def test_the_settings_decide_until_the_conversation_does(store: ConversationStore, conversation_id: str) -> None:
    made = prompt(store, conversation_id)
    assert (made.policy, made.pinned) == (ContextPolicy.STOP, 1)
    store.configure(conversation_id, policy=ContextPolicy.ROLL, pinned=2)
    made = prompt(store, conversation_id)
    assert (made.policy, made.pinned) == (ContextPolicy.ROLL, 2)
    request = made.request("1", SamplingParameters(), 0, ContextPolicy.SUMMARISE)
    assert (request.policy, request.pinned, request.max_tokens) == (ContextPolicy.SUMMARISE, 2, None)


def test_a_draft_is_the_message_that_would_be_sent(store: ConversationStore, conversation_id: str) -> None:
    made = prompt(store, conversation_id)
    drafted = made.with_draft("Four")
    sent = Conversing(store, lambda: SETTINGS).begin("Four", conversation_id=conversation_id)
    assert drafted.messages == sent.request.messages
    assert drafted.origins[:-1] == sent.origins[:-1]
    assert made.with_draft("").messages[-1] == PromptMessage("user", "")
    waiting = prompt(store, conversation_id)
    assert waiting.messages[-1].content == "Four"
    assert waiting.with_draft("Five").messages[-1].content == "Four\n\nFive"
    assert waiting.with_draft("").messages[-1].content == "Four"


def test_a_summary_is_kept_and_goes_with_later_requests_of_its_branch(
    store: ConversationStore, conversation_id: str
) -> None:
    conversing = Conversing(store, lambda: SETTINGS)
    pending = conversing.begin("Four", conversation_id=conversation_id)
    assert (pending.request.summary, pending.request.summarised) == ("", 0)
    first = pending.origins.index(store.path(conversation_id)[4].id)
    ReplyRecorder(store, pending).receive(Summarised(pending.request.id, "They counted.", first))
    assert store.get(conversation_id).summary == "They counted."
    later = conversing.regenerate(pending.message_id, options=ReplyOptions(policy=ContextPolicy.SUMMARISE))
    assert (later.request.summary, later.request.summarised) == ("They counted.", first)

    branch = store.path(conversation_id)
    other = store.add_message(conversation_id, branch[0].role, branch[0].parts, parent_id=None)
    assert other.id not in {message.id for message in branch}
    elsewhere = prompt(store, conversation_id)
    assert (elsewhere.summary, elsewhere.summarised) == ("", 0)


def test_a_summary_of_a_conversation_without_system_prompt(store: ConversationStore, conversation_id: str) -> None:
    conversation = replace(
        store.get(conversation_id), system_prompt="", summary="S", summary_until=store.path(conversation_id)[1].id
    )
    made = Prompt.of(conversation, store.path(conversation_id), SETTINGS)
    assert (made.summary, made.summarised) == ("S", 2)
