"""Conversations and the tree of their messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.attachments import AttachmentKind, AttachmentPart
from app.domain.errors import ConversationNotFound, EngineDied, MessageNotFound
from app.domain.generation import LogitBias, SamplingParameters, Timings, Usage
from app.domain.messages import Message, MessageStatus, Part, ReasoningPart, ReplyFacts, Role, TextPart
from app.storage.conversations import ConversationStore
from app.storage.database import Database

FACTS = ReplyFacts(
    model="starter",
    sampling=SamplingParameters(temperature=0.1, seed=7),
    usage=Usage(10, 4, 20),
    timings=Timings(0.5, 0.25, 1000.5, 33.25),
    error=EngineDied(code=9, log="killed").report(),
)
attached = st.builds(AttachmentPart, st.text(), st.text(), st.sampled_from(AttachmentKind), size=st.integers(0, 2**40))
parts = st.lists(st.builds(TextPart, st.text()) | st.builds(ReasoningPart, st.text()) | attached, max_size=4)


def say(store: ConversationStore, conversation_id: str, text: str, parent_id: str | None = None) -> Message:
    return store.add_message(conversation_id, Role.USER, [TextPart(text)], parent_id=parent_id)


def test_list_has_the_one_that_changed_last_first(store: ConversationStore) -> None:
    first, second = store.create("First"), store.create("Second")
    assert [entry.id for entry in store.list()] == [second.id, first.id]
    say(store, first.id, "Hi")
    assert [entry.id for entry in store.list()] == [first.id, second.id]
    store.rename(second.id, "Renamed")
    assert [entry.title for entry in store.list()] == ["First", "Renamed"], "a new name is not a new message"
    assert [entry.messages for entry in store.summaries()] == [1, 0]


def test_delete_can_be_undone(store: ConversationStore) -> None:
    conversation = store.create("Gone")
    message = say(store, conversation.id, "Hi")
    store.delete(conversation.id)
    assert store.list() == []
    with pytest.raises(ConversationNotFound):
        store.get(conversation.id)
    store.restore(conversation.id)
    assert store.get(conversation.id).tip_id == message.id
    assert store.path(conversation.id) == [message]


def test_a_reply_to_a_deleted_conversation_is_still_saved(store: ConversationStore) -> None:
    conversation = store.create("Gone")
    reply = store.add_message(conversation.id, Role.ASSISTANT, [], parent_id=None)
    store.delete(conversation.id)
    store.finish_reply(reply.id, [TextPart("All of it")], MessageStatus.COMPLETE, FACTS)
    store.restore(conversation.id)
    assert store.path(conversation.id)[0].text == "All of it"


def test_a_unique_beginning_of_an_id_is_enough(store: ConversationStore) -> None:
    conversation = store.create("A")
    assert store.get(conversation.id[:6]) == conversation
    assert store.get(conversation.id[:8].upper()) == conversation
    for wrong in (conversation.id[:5], "", "%%%%%%", "______", conversation.id + "0", "\ud800" * 8):
        with pytest.raises(ConversationNotFound):
            store.get(wrong)


def test_a_beginning_that_fits_two_is_refused(store: ConversationStore, database: Database) -> None:
    for _ in range(2):
        store.create("A")
    with database.transaction() as connection:
        connection.execute("UPDATE conversations SET id = 'abcdef' || seq")
    with pytest.raises(ConversationNotFound):
        store.get("abcdef")
    assert store.get("abcdef1").title == "A"


def test_configure_changes_only_what_is_given(store: ConversationStore) -> None:
    conversation = store.create("A", system_prompt="Be kind.", model="starter")
    store.configure(conversation.id, sampling=SamplingParameters(top_k=3))
    store.configure(conversation.id, system_prompt="")
    found = store.get(conversation.id)
    assert (found.system_prompt, found.model, found.sampling) == ("", "starter", SamplingParameters(top_k=3))


def test_a_temporary_conversation_is_never_written(store: ConversationStore, database: Database) -> None:
    kept = store.create("kept")
    temporary = store.create("unwritten secret", is_temporary=True)
    question = store.add_message(temporary.id, Role.USER, (TextPart("unwritten words"),), parent_id=None)
    reply = store.add_message(
        temporary.id, Role.ASSISTANT, (), parent_id=question.id, status=MessageStatus.STREAMING, writer_pid=1
    )
    store.save_reply(reply.id, (TextPart("unwritten re"),))
    store.finish_reply(reply.id, (TextPart("unwritten reply"),), MessageStatus.COMPLETE, ReplyFacts())
    store.configure(temporary.id, system_prompt="unwritten prompt")
    assert store.get(temporary.id).is_temporary
    assert [message.text for message in store.path(temporary.id)] == ["unwritten words", "unwritten reply"]
    assert store.siblings(reply.id) == [reply.id]
    assert store.list() == [kept]
    files = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
    assert b"unwritten" not in files
    store.forget_temporary()
    with pytest.raises(ConversationNotFound):
        store.get(temporary.id)


def test_what_does_not_exist_is_told(store: ConversationStore) -> None:
    conversation, other = store.create("A"), store.create("B")
    foreign = say(store, other.id, "Hi")
    without_conversation: list[Callable[[], object]] = [
        lambda: store.rename("x", "y"), lambda: store.delete("x"), lambda: store.restore("x"),
        lambda: store.configure("x", model="y"), lambda: store.add_message("x", Role.USER, [], parent_id=None),
    ]  # fmt: skip
    for call in without_conversation:
        with pytest.raises(ConversationNotFound):
            call()
    without_message: list[Callable[[], object]] = [
        lambda: store.message("x"), lambda: store.siblings("x"), lambda: store.save_reply("x", []),
        lambda: store.resume_reply("x", 1), lambda: store.set_tip(conversation.id, foreign.id),
        lambda: store.select_branch(conversation.id, foreign.id),
        lambda: store.finish_reply("x", [], MessageStatus.COMPLETE, ReplyFacts()),
        lambda: say(store, conversation.id, "Hi", foreign.id),
    ]  # fmt: skip
    for call in without_message:
        with pytest.raises(MessageNotFound):
            call()
    assert store.path(conversation.id) == []


def test_a_reply_streams_is_resumed_and_ends(store: ConversationStore) -> None:
    conversation = store.create("A")
    question = say(store, conversation.id, "Hi")
    reply = store.add_message(
        conversation.id, Role.ASSISTANT, [], parent_id=question.id, status=MessageStatus.STREAMING, writer_pid=5
    )
    store.save_reply(reply.id, [TextPart("Hel")])
    half = store.message(reply.id)
    assert (half.text, half.status, half.writer_pid) == ("Hel", MessageStatus.STREAMING, 5)
    whole: list[Part] = [ReasoningPart("hm"), TextPart("Hello")]
    store.finish_reply(reply.id, whole, MessageStatus.STOPPED, FACTS)
    ended = store.message(reply.id)
    assert (ended.parts, ended.status, ended.writer_pid) == (tuple(whole), MessageStatus.STOPPED, None)
    assert ended.facts == FACTS
    store.resume_reply(reply.id, 6)
    resumed = store.message(reply.id)
    assert (resumed.status, resumed.writer_pid, resumed.facts.error) == (MessageStatus.STREAMING, 6, None)
    assert resumed.facts.usage == FACTS.usage


def test_branches(store: ConversationStore) -> None:
    conversation = store.create("A")
    root = say(store, conversation.id, "root")
    left = say(store, conversation.id, "left", root.id)
    leaf = say(store, conversation.id, "leaf", left.id)
    right = say(store, conversation.id, "right", root.id)
    assert [entry.id for entry in store.path(conversation.id)] == [root.id, right.id]
    assert store.siblings(left.id) == store.siblings(right.id) == [left.id, right.id]
    store.select_branch(conversation.id, left.id)
    assert [entry.id for entry in store.path(conversation.id)] == [root.id, left.id, leaf.id]
    store.set_tip(conversation.id, left.id)
    assert [entry.id for entry in store.path(conversation.id)] == [root.id, left.id]
    store.set_tip(conversation.id, None)
    assert store.path(conversation.id) == []
    again = say(store, conversation.id, "another root")
    assert store.siblings(again.id) == [root.id, again.id]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 1000), min_size=1, max_size=25), chosen=st.integers(0, 1000))
def test_any_tree_reads_back(store: ConversationStore, parents: list[int], chosen: int) -> None:
    conversation, other = store.create("A"), store.create("B")
    say(store, other.id, "never seen")
    ids: list[str] = []
    parent_of: dict[str, str | None] = {}
    for number, choice in enumerate(parents):
        parent = ([None, *ids])[choice % (len(ids) + 1)]
        message = say(store, conversation.id, str(number), parent)
        assert store.get(conversation.id).tip_id == message.id
        ids.append(message.id)
        parent_of[message.id] = parent
    wanted = ids[chosen % len(ids)]
    store.select_branch(conversation.id, wanted)
    shown = [message.id for message in store.path(conversation.id)]
    assert wanted in shown
    assert [parent_of[identity] for identity in shown] == [None, *shown[:-1]]
    assert shown[-1] not in parent_of.values(), "the tip is a leaf"
    below = [identity for identity in ids if wanted in _line(identity, parent_of)]
    leaves = [identity for identity in below if identity not in parent_of.values()]
    assert shown[-1] == leaves[-1], "the newest leaf"
    for identity in ids:
        same = [one for one in ids if parent_of[one] == parent_of[identity]]
        assert store.siblings(identity) == same


def _line(identity: str, parent_of: dict[str, str | None]) -> list[str]:
    line, at = [], identity
    while True:
        line.append(at)
        above = parent_of[at]
        if above is None:
            return line
        at = above


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=parts, status=st.sampled_from(MessageStatus), facts=st.sampled_from([FACTS, ReplyFacts()]))
def test_any_message_reads_back(
    store: ConversationStore, parts: list[Part], status: MessageStatus, facts: ReplyFacts
) -> None:
    conversation = store.create("A")
    added = store.add_message(
        conversation.id, Role.ASSISTANT, parts, parent_id=None, status=status, facts=facts, writer_pid=3
    )
    assert added == store.message(added.id) == store.path(conversation.id)[0]
    assert (added.parts, added.status, added.facts, added.writer_pid) == (tuple(parts), status, facts, 3)


def test_half_a_surrogate_pair_is_replaced(store: ConversationStore) -> None:
    conversation = store.create("\ud83d A")
    message = say(store, conversation.id, "a\ud83db\U0001f600")
    assert store.message(message.id).text == "a\ufffdb\U0001f600"
    assert store.get(conversation.id).title == "\ufffd A"


def test_a_long_conversation_is_read_with_two_statements(tmp_path: Path) -> None:
    asked: list[str] = []
    with Database.open(tmp_path / "long.sqlite3") as database:
        store = ConversationStore(database)
        conversation = store.create("Long")
        database.rows("PRAGMA synchronous = OFF")
        tip: str | None = None
        for number in range(2000):
            tip = store.add_message(conversation.id, Role.USER, [TextPart(f"word {number}")], parent_id=tip).id
        database._connection.set_trace_callback(asked.append)
        found = store.path(conversation.id)
        database._connection.set_trace_callback(None)
    assert [message.text for message in found] == [f"word {number}" for number in range(2000)]
    assert len(asked) == 2  # its tip, then the whole tree


@pytest.mark.parametrize(
    ("column", "sampling"),
    [
        ('{"temperature": 0.2, "seed": 7}', SamplingParameters(temperature=0.2, seed=7)),
        ('{"temperature": -4, "mirostat": 9, "min_p": 0.1, "later": 1}', SamplingParameters(min_p=0.1)),
        ('{"logit_bias": [{"text": "a", "bias": 1}, 3]}', SamplingParameters(logit_bias=(LogitBias("a", 1.0),))),
        ("[]", None),
        ("no JSON", None),
    ],
)
def test_sampling_of_an_older_or_bad_row_is_read(
    store: ConversationStore, database: Database, column: str, sampling: SamplingParameters | None
) -> None:
    conversation = store.create("Old")
    with database.transaction() as connection:
        connection.execute("UPDATE conversations SET sampling = ? WHERE id = ?", (column, conversation.id))
    assert store.get(conversation.id).sampling == sampling
