"""Messages are edited, branched and deleted; what was there stays and comes back."""

from __future__ import annotations

import pytest
from tests.fakes import FakeEngine, FakeReply

from app.domain.errors import WrongUsage
from app.domain.generation import FinishReason, Usage
from app.domain.messages import Message, MessageStatus, ReasoningPart, TextPart
from app.services.conversing import Conversing, PendingReply
from app.services.editing import Editing
from app.services.recording import ReplyRecorder
from app.storage.conversations import ConversationStore
from app.storage.tree_edits import TreeEdits


@pytest.fixture
def editing(store: ConversationStore) -> Editing:
    return Editing(store, TreeEdits(store))


def reply(store: ConversationStore, engine: FakeEngine, pending: PendingReply) -> Message:
    recorder = ReplyRecorder(store, pending)
    for event in engine.generate(pending.request):
        recorder.receive(event)
    return store.message(pending.message_id)


def test_an_edited_question_stands_beside_the_first_and_is_answered(
    store: ConversationStore, engine: FakeEngine, editing: Editing
) -> None:
    conversing = Conversing(store)
    answer = reply(store, engine, conversing.begin("Hi", model="tiny"))
    question = str(answer.parent_id)
    pending = conversing.ask_again(question, "Good day", model="tiny")
    edited, second = store.path(pending.conversation_id)
    assert (edited.text, edited.edited_from, second.id) == ("Good day", question, pending.message_id)
    assert [message.content for message in pending.request.messages] == ["Good day"]
    assert store.siblings(edited.id) == [question, edited.id]
    reply(store, engine, pending)
    editing.take_back(pending.conversation_id, [edited.id, second.id], answer.id)
    assert [message.id for message in store.path(pending.conversation_id)] == [question, answer.id]
    assert store.siblings(question) == [question]
    with pytest.raises(WrongUsage):
        conversing.ask_again(answer.id, "no")


def test_an_edited_reply_is_a_variant_without_figures(
    store: ConversationStore, engine: FakeEngine, editing: Editing
) -> None:
    engine.enqueue(FakeReply(("Bad.",), reasoning=("hm",)))
    conversing = Conversing(store)
    answer = reply(store, engine, conversing.begin("Hi", model="tiny"))
    edited = editing.edit_reply(answer.id, "Good.")
    assert edited.parts == (ReasoningPart("hm"), TextPart("Good."))
    assert (edited.edited_from, edited.facts.model, edited.facts.usage) == (answer.id, "tiny", None)
    assert store.path(answer.conversation_id)[-1] == edited
    assert store.message(answer.id).text == "Bad."
    following = conversing.begin("And?", conversation_id=answer.conversation_id)
    assert following.request.messages[1].content == "Good."
    with pytest.raises(WrongUsage):
        editing.edit_reply(str(answer.parent_id), "no")


def test_a_continuation_is_taken_back(store: ConversationStore, engine: FakeEngine, editing: Editing) -> None:
    engine.enqueue(FakeReply(("Once",), reason=FinishReason.LENGTH), FakeReply((" upon",)))
    conversing = Conversing(store)
    before = reply(store, engine, conversing.begin("Hi"))
    after = reply(store, engine, conversing.continue_reply(before.id))
    assert (after.text, after.status, after.facts.usage) == ("Once upon", MessageStatus.COMPLETE, Usage(10, 0, 2))
    editing.take_back_continuation(before)
    again = store.message(before.id)
    assert (again.parts, again.status, again.facts) == (before.parts, before.status, before.facts)


def test_a_branch_goes_on_by_itself(store: ConversationStore, engine: FakeEngine, editing: Editing) -> None:
    conversing = Conversing(store)
    answer = reply(store, engine, conversing.begin("Hi", model="tiny"))
    branch = editing.branch(answer.id, "Hi (branch)")
    pending = conversing.begin("More", conversation_id=branch.id)
    assert [message.content for message in pending.request.messages] == ["Hi", "Hello there.", "More"]
    assert len(store.path(answer.conversation_id)) == 2


def test_the_model_does_not_see_a_deleted_message(
    store: ConversationStore, engine: FakeEngine, editing: Editing
) -> None:
    conversing = Conversing(store)
    answer = reply(store, engine, conversing.begin("Hi"))
    removal = editing.remove(str(answer.parent_id))
    assert [message.text for message in store.path(answer.conversation_id)] == ["Hello there."]
    editing.restore(removal)
    pending = conversing.begin("And?", conversation_id=answer.conversation_id)
    assert [message.content for message in pending.request.messages] == ["Hi", "Hello there.", "And?"]
