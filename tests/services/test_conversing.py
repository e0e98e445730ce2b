"""Replies are begun, repeated and continued, each step in the store first."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from tests.fakes import FakeEngine, FakeReply

from app.domain.attachments import AttachmentPart
from app.domain.errors import ConversationNotFound, EngineDied, MessageNotFound, WrongUsage
from app.domain.generation import FinishReason, PromptMessage, SamplingParameters, ThinkingChoice, Usage
from app.domain.messages import Message, MessageStatus, ReasoningPart, TextPart
from app.services.conversing import Conversing, PendingReply, ReplyOptions
from app.services.recording import ReplyRecorder
from app.storage.conversations import ConversationStore
from app.storage.settings import Settings

SETTINGS = Settings(system_prompt="Be brief.", temperature=0.3, max_tokens=50)


@pytest.fixture
def conversing(store: ConversationStore) -> Conversing:
    return Conversing(store, lambda: SETTINGS)


def reply(store: ConversationStore, engine: FakeEngine, pending: PendingReply) -> Message:
    """Lets the fake engine answer and returns the message as it is stored then."""
    recorder = ReplyRecorder(store, pending)
    for event in engine.generate(pending.request):
        recorder.receive(event)
    return store.message(pending.message_id)


def test_the_first_message_makes_a_conversation(store: ConversationStore, conversing: Conversing) -> None:
    pending = conversing.begin("# How do\nI start?", model="tiny")
    conversation = store.get(pending.conversation_id)
    assert (conversation.title, conversation.model, conversation.system_prompt) == ("How do", "tiny", "Be brief.")
    question, answer = store.path(conversation.id)
    assert (question.text, question.status) == ("# How do\nI start?", MessageStatus.COMPLETE)
    assert (answer.id, answer.text, answer.status) == (pending.message_id, "", MessageStatus.STREAMING)
    assert answer.writer_pid == os.getpid()
    assert pending.request.messages == (
        PromptMessage("system", "Be brief."),
        PromptMessage("user", "# How do\nI start?"),
    )
    assert pending.request.max_tokens == 50
    assert pending.request.sampling.temperature == 0.3


def test_every_reply_records_the_seed_it_was_drawn_with(store: ConversationStore, conversing: Conversing) -> None:
    seeds = {conversing.begin("Hi").request.sampling.seed for _ in range(5)}
    assert len(seeds) == 5
    assert None not in seeds
    pending = conversing.begin("Hi", options=ReplyOptions(SamplingParameters(seed=7), max_tokens=0))
    facts = store.message(pending.message_id).facts
    assert facts.sampling == SamplingParameters(seed=7) == pending.request.sampling
    assert pending.request.max_tokens is None


def test_the_next_message_carries_the_branch(
    store: ConversationStore, conversing: Conversing, engine: FakeEngine
) -> None:
    engine.enqueue(FakeReply(("Hel", "lo"), reasoning=("think",)))
    first = conversing.begin("Hi", system_prompt="")
    answer = reply(store, engine, first)
    assert answer.parts == (ReasoningPart("think"), TextPart("Hello"))
    second = conversing.begin("And?", conversation_id=first.conversation_id[:8])
    assert second.conversation_id == first.conversation_id
    assert [message.content for message in second.request.messages] == ["Hi", "Hello", "And?"], "no reasoning"


def test_options_of_the_conversation(store: ConversationStore, conversing: Conversing) -> None:
    conversation = store.create("Mine", system_prompt="Old")
    store.configure(conversation.id, sampling=SamplingParameters(top_k=5))
    pending = conversing.begin("Hi", conversation_id=conversation.id, system_prompt="New", model="tiny")
    found = store.get(conversation.id)
    assert (found.title, found.system_prompt, found.model) == ("Mine", "New", "tiny")
    assert pending.request.sampling.top_k == 5
    assert pending.request.messages[0].content == "New"


def test_neighbours_of_one_role_are_joined(
    store: ConversationStore, conversing: Conversing, engine: FakeEngine
) -> None:
    engine.enqueue(FakeReply((), reason=FinishReason.ERROR, error=EngineDied(code=9, log="")))
    first = conversing.begin("One", system_prompt="")
    failed = reply(store, engine, first)
    assert (failed.status, failed.facts.error) == (MessageStatus.ERROR, EngineDied(code=9, log="").report())
    second = conversing.begin("Two", conversation_id=first.conversation_id)
    assert second.request.messages == (PromptMessage("user", "One\n\nTwo"),)


def test_regenerate_makes_a_sibling(store: ConversationStore, conversing: Conversing, engine: FakeEngine) -> None:
    first = conversing.begin("Hi", model="tiny")
    reply(store, engine, first)
    again = conversing.regenerate(first.message_id)
    assert store.siblings(again.message_id) == [first.message_id, again.message_id]
    assert again.request.messages == first.request.messages
    assert again.facts.model == "tiny"
    engine.enqueue(FakeReply(("Other",)))
    assert reply(store, engine, again).text == "Other"
    assert [message.text for message in store.path(first.conversation_id)] == ["Hi", "Other"]


def test_a_question_without_a_reply_can_be_answered(store: ConversationStore, conversing: Conversing) -> None:
    first = conversing.begin("Hi")
    question = store.path(first.conversation_id)[0]
    store.set_tip(first.conversation_id, question.id)
    again = conversing.regenerate(question.id, model="tiny")
    assert [message.id for message in store.path(first.conversation_id)] == [question.id, again.message_id]


def test_a_stopped_reply_goes_on_in_the_same_message(
    store: ConversationStore, conversing: Conversing, engine: FakeEngine
) -> None:
    engine.enqueue(FakeReply(("One, ", "two"), reasoning=("count",), reason=FinishReason.LENGTH))
    first = conversing.begin("Count", system_prompt="")
    assert reply(store, engine, first).status is MessageStatus.LENGTH
    more = conversing.continue_reply(first.message_id)
    assert more.message_id == first.message_id
    assert more.request.id != first.request.id
    assert more.request.continue_last
    assert [message.content for message in more.request.messages] == ["Count", "One, two"]
    assert store.message(first.message_id).status is MessageStatus.STREAMING
    engine.enqueue(FakeReply((", three",)))
    whole = reply(store, engine, more)
    assert (whole.text, whole.status) == ("One, two, three", MessageStatus.COMPLETE)
    assert whole.parts == (ReasoningPart("count"), TextPart("One, two, three"))
    assert whole.facts.usage == Usage(10, 0, 4)


def test_a_reply_without_text_begins_anew(store: ConversationStore, conversing: Conversing, engine: FakeEngine) -> None:
    first = conversing.begin("Hi", system_prompt="")
    again = conversing.continue_reply(first.message_id, model="other")
    assert not again.request.continue_last
    assert [message.content for message in again.request.messages] == ["Hi"]
    answer = reply(store, engine, again)
    assert (answer.text, answer.facts.model) == ("Hello there.", "other")


def test_a_reply_in_the_middle_becomes_the_tip(
    store: ConversationStore, conversing: Conversing, engine: FakeEngine
) -> None:
    first = conversing.begin("Hi")
    reply(store, engine, first)
    conversing.begin("And?", conversation_id=first.conversation_id)
    conversing.continue_reply(first.message_id)
    assert store.path(first.conversation_id)[-1].id == first.message_id


def test_what_cannot_be_done(store: ConversationStore, conversing: Conversing) -> None:
    with pytest.raises(ConversationNotFound):
        conversing.begin("Hi", conversation_id="nothing")
    for call in (conversing.regenerate, conversing.continue_reply):
        with pytest.raises(MessageNotFound):
            call("nothing")
    question = store.path(conversing.begin("Hi").conversation_id)[0]
    with pytest.raises(WrongUsage):
        conversing.continue_reply(question.id)


def test_the_settings_are_asked_each_time(store: ConversationStore) -> None:
    current = [SETTINGS]
    conversing = Conversing(store, lambda: current[0])
    current[0] = replace(SETTINGS, top_p=0.5)
    assert conversing.begin("Hi").request.sampling.top_p == 0.5


def test_the_choice_about_thinking_is_the_conversation_s_unless_told(store: ConversationStore) -> None:
    conversing = Conversing(store)
    first = conversing.begin("Hi")
    assert (first.request.thinking, first.request.thinking_budget) == (None, 0)
    store.configure(first.conversation_id, thinking=ThinkingChoice(is_on=False, budget=64))
    again = conversing.regenerate(first.message_id)
    assert (again.request.thinking, again.request.thinking_budget) == (False, 64)
    told = conversing.regenerate(first.message_id, options=ReplyOptions(thinking=ThinkingChoice(is_on=True)))
    assert (told.request.thinking, told.request.thinking_budget) == (True, 0)


def test_earlier_reasoning_goes_along_and_a_reply_of_nothing_else_is_left_out(
    store: ConversationStore, conversing: Conversing
) -> None:
    engine = FakeEngine()
    engine.enqueue(FakeReply(reasoning=("Hm.",)), FakeReply((), reasoning=("Lost.",), reason=FinishReason.CANCELLED))
    first = conversing.begin("One")
    reply(store, engine, first)
    reply(store, engine, conversing.begin("Two", conversation_id=first.conversation_id))
    third = conversing.begin("Three", conversation_id=first.conversation_id)
    assert third.request.messages[1:] == (
        PromptMessage("user", "One"),
        PromptMessage("assistant", "Hello there.", "Hm."),
        PromptMessage("user", "Two\n\nThree"),
    )


def test_what_is_attached_is_kept_and_read_by_the_model(
    store: ConversationStore, conversing: Conversing, engine: FakeEngine
) -> None:
    part = AttachmentPart("rates.csv", "a,b\n1,2", language="csv", size=7, sha256="0f", tokens=9)
    pending = conversing.begin("Add them.", attachments=[part])
    reply(store, engine, pending)
    question, _ = store.path(pending.conversation_id)
    assert (question.text, question.attachments) == ("Add them.", (part,))
    content = "File: rates.csv\n```csv\na,b\n1,2\n```\n\nAdd them."
    assert pending.request.messages[-1] == PromptMessage("user", content)
    later = conversing.begin("And now?", conversation_id=pending.conversation_id)
    assert later.request.messages[1].content == content


def test_a_message_may_be_a_file_alone(store: ConversationStore, conversing: Conversing) -> None:
    pending = conversing.begin("", attachments=[AttachmentPart("notes.txt", "Buy milk.")])
    assert store.get(pending.conversation_id).title == "notes.txt"
    assert pending.request.messages[-1].content == "File: notes.txt\n```\nBuy milk.\n```"
