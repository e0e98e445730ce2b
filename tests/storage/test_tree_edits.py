"""Messages are deleted, withdrawn and copied, and every step can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import MessageNotFound
from app.domain.generation import SamplingParameters
from app.domain.messages import Message, MessageStatus, Role, TextPart
from app.storage.conversation_search import ConversationSearch
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.tree_edits import Removal, TreeEdits

Tree = dict[str, str | None]


@pytest.fixture
def edits(store: ConversationStore) -> TreeEdits:
    return TreeEdits(store)


def say(store: ConversationStore, conversation_id: str, text: str, parent_id: str | None = None) -> Message:
    return store.add_message(conversation_id, Role.USER, [TextPart(text)], parent_id=parent_id)


def texts(store: ConversationStore, conversation_id: str) -> list[str]:
    return [message.text for message in store.path(conversation_id)]


def living(database: Database, conversation_id: str) -> Tree:
    """The parent of each message that is not deleted."""
    found = database.rows(
        "SELECT id, parent_id FROM messages WHERE conversation_id = ? AND deleted_at IS NULL", (conversation_id,)
    )
    return dict(found)


def test_what_was_below_a_deleted_message_moves_up(
    store: ConversationStore, edits: TreeEdits, database: Database
) -> None:
    conversation = store.create("A")
    first = say(store, conversation.id, "one")
    second = say(store, conversation.id, "two", first.id)
    third = say(store, conversation.id, "three", second.id)
    removal = edits.remove(second.id)
    assert texts(store, conversation.id) == ["one", "three"]
    assert store.message(third.id).parent_id == first.id
    assert store.siblings(third.id) == [third.id]
    assert store.summaries()[0].messages == 2
    assert ConversationSearch(database).find("two") == []
    edits.restore(removal)
    assert texts(store, conversation.id) == ["one", "two", "three"]


def test_the_first_message_can_be_deleted(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A")
    first = say(store, conversation.id, "one")
    say(store, conversation.id, "two", first.id)
    removal = edits.remove(first.id)
    assert texts(store, conversation.id) == ["two"]
    edits.restore(removal)
    assert texts(store, conversation.id) == ["one", "two"]


def test_the_nearest_variant_takes_the_place_of_a_deleted_tip(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A")
    root = say(store, conversation.id, "root")
    variants = [say(store, conversation.id, text, root.id) for text in ("first", "second", "third")]
    removals = []
    for message in reversed(variants):
        removals.append(edits.remove(message.id))
    assert texts(store, conversation.id) == ["root"]
    for removal, shown in zip(reversed(removals), ("first", "second", "third"), strict=True):
        edits.restore(removal)
        assert texts(store, conversation.id) == ["root", shown]
    store.set_tip(conversation.id, variants[0].id)
    edits.remove(variants[0].id)
    assert texts(store, conversation.id) == ["root", "second"], "a later one where there is no earlier one"


def test_undoing_a_delete_leaves_what_was_written_since(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A")
    first = say(store, conversation.id, "one")
    second = say(store, conversation.id, "two", first.id)
    removal = edits.remove(second.id)
    say(store, conversation.id, "new", first.id)
    edits.restore(removal)
    assert texts(store, conversation.id) == ["one", "new"]
    assert len(store.siblings(second.id)) == 2


def test_what_was_added_is_withdrawn_unless_something_follows_it(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A")
    root = say(store, conversation.id, "root")
    for follows in (False, True):
        question = say(store, conversation.id, "edited", None)
        reply = say(store, conversation.id, "reply", question.id)
        if follows:
            say(store, conversation.id, "more", reply.id)
        edits.withdraw(conversation.id, [question.id, reply.id], root.id)
        assert texts(store, conversation.id) == ["root"]
        assert len(store.siblings(root.id)) == 1 + follows


def test_a_branch_is_copied_with_its_settings(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A", system_prompt="Be kind.", model="tiny", sampling=SamplingParameters(top_k=3))
    first = say(store, conversation.id, "one")
    reply = store.add_message(
        conversation.id, Role.ASSISTANT, [], parent_id=first.id, status=MessageStatus.STREAMING, writer_pid=1
    )
    say(store, conversation.id, "not copied", reply.id)
    store.keep_summary(conversation.id, "In short", first.id)
    copy = store.get(edits.copy_branch(reply.id, "A (branch)"))
    assert (copy.title, copy.system_prompt, copy.model, copy.sampling) == (
        "A (branch)",
        "Be kind.",
        "tiny",
        SamplingParameters(top_k=3),
    )
    one, two = store.path(copy.id)
    assert (one.text, two.status, two.writer_pid, two.parent_id) == ("one", MessageStatus.STOPPED, None, one.id)
    assert (copy.summary, copy.summary_until) == ("In short", one.id)
    assert {one.id, two.id}.isdisjoint({first.id, reply.id})
    assert len(store.path(conversation.id)) == 3


def test_what_is_deleted_or_unknown_cannot_be_changed(store: ConversationStore, edits: TreeEdits) -> None:
    conversation = store.create("A")
    gone = say(store, conversation.id, "gone")
    edits.remove(gone.id)
    for identity in (gone.id, "x"):
        with pytest.raises(MessageNotFound):
            edits.remove(identity)
        with pytest.raises(MessageNotFound):
            edits.copy_branch(identity, "B")
    for call in (
        lambda: store.set_tip(conversation.id, gone.id),
        lambda: store.select_branch(conversation.id, gone.id),
        lambda: say(store, conversation.id, "below", gone.id),
    ):
        with pytest.raises(MessageNotFound):
            call()
    assert store.message(gone.id).text == "gone"


def check(store: ConversationStore, tree: Tree, conversation_id: str) -> None:
    """Every living message hangs below living ones, without a circle, and what is shown is a path of it."""
    for identity in tree:
        line: list[str] = []
        at: str | None = identity
        while at is not None:
            assert at in tree
            assert at not in line
            line.append(at)
            at = tree[at]
    shown = [message.id for message in store.path(conversation_id)]
    assert [tree[identity] for identity in shown] == [None, *shown][: len(shown)]


def grow(store: ConversationStore, conversation_id: str, parents: list[int]) -> list[str]:
    ids: list[str] = []
    for number, choice in enumerate(parents):
        parent = ([None, *ids])[choice % (len(ids) + 1)]
        ids.append(say(store, conversation_id, str(number), parent).id)
    return ids


trees = st.lists(st.integers(0, 1000), min_size=1, max_size=12)
quiet = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quiet
@given(parents=trees, order=st.permutations(range(12)), tip=st.integers(0, 1000))
def test_deletes_taken_back_in_turn_leave_the_very_same_tree(
    store: ConversationStore, edits: TreeEdits, database: Database, parents: list[int], order: list[int], tip: int
) -> None:
    conversation = store.create("A")
    ids = grow(store, conversation.id, parents)
    store.set_tip(conversation.id, ids[tip % len(ids)])
    states: list[tuple[Tree, str | None, Removal]] = []
    for number in order:
        if number < len(ids):
            state = living(database, conversation.id), store.get(conversation.id).tip_id
            states.append((*state, edits.remove(ids[number])))
            check(store, living(database, conversation.id), conversation.id)
    assert store.path(conversation.id) == []
    for tree, shown, removal in reversed(states):
        edits.restore(removal)
        assert living(database, conversation.id) == tree
        assert store.get(conversation.id).tip_id == shown


@quiet
@given(parents=trees, steps=st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), max_size=30))
def test_deletes_and_undos_in_any_order_keep_a_tree(
    store: ConversationStore, edits: TreeEdits, database: Database, parents: list[int], steps: list[tuple[bool, int]]
) -> None:
    conversation = store.create("A")
    ids = grow(store, conversation.id, parents)
    gone: list[Removal] = []
    for is_undo, choice in steps:
        tree = living(database, conversation.id)
        if is_undo and gone:
            edits.restore(gone.pop(choice % len(gone)))
        elif not is_undo and tree:
            gone.append(edits.remove(sorted(tree)[choice % len(tree)]))
        check(store, living(database, conversation.id), conversation.id)
    assert len(living(database, conversation.id)) == len(ids) - len(gone)
