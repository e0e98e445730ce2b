"""Whole conversations come in at once, and once; nothing that is there is overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.errors import ConversationNotFound
from app.domain.messages import ArchivedConversation, MessageStatus, Role, TextPart
from app.storage.archive import Adoption, ConversationArchive
from app.storage.conversations import ConversationStore
from app.storage.database import Database


@pytest.fixture
def archive(database: Database) -> ConversationArchive:
    return ConversationArchive(database)


@pytest.fixture
def written(store: ConversationStore, archive: ConversationArchive) -> ArchivedConversation:
    conversation = store.create("Written")
    question = store.add_message(conversation.id, Role.USER, [TextPart("Q")], parent_id=None)
    for text in ("A1", "A2"):
        store.add_message(conversation.id, Role.ASSISTANT, [TextPart(text)], parent_id=question.id)
    return archive.read(conversation.id)


def renamed(archived: ArchivedConversation, conversation_id: str) -> ArchivedConversation:
    messages = tuple(replace(message, conversation_id=conversation_id) for message in archived.messages)
    return ArchivedConversation(replace(archived.conversation, id=conversation_id), messages)


def test_what_is_there_is_left_alone(
    store: ConversationStore, archive: ConversationArchive, written: ArchivedConversation
) -> None:
    store.rename(written.conversation.id, "Renamed")
    assert archive.adopt([written, written]) == Adoption(unchanged=2)
    assert store.get(written.conversation.id).title == "Renamed"


def test_only_what_is_missing_comes_in(
    store: ConversationStore, archive: ConversationArchive, written: ArchivedConversation
) -> None:
    more = replace(written.messages[2], id="new", parts=(TextPart("A3"),))
    adoption = archive.adopt([replace(written, messages=(*written.messages, more))])
    assert adoption == Adoption(messages=("new",))
    assert store.siblings("new") == [written.messages[1].id, written.messages[2].id, "new"]
    assert store.get(written.conversation.id) == written.conversation
    archive.undo(adoption, 1)
    assert archive.read(written.conversation.id) == written


def test_one_in_the_trash_comes_back(
    store: ConversationStore, archive: ConversationArchive, written: ArchivedConversation
) -> None:
    store.delete(written.conversation.id)
    with pytest.raises(ConversationNotFound):
        archive.read(written.conversation.id)
    adoption = archive.adopt([written])
    assert adoption == Adoption(restored=(written.conversation.id,))
    assert archive.read(written.conversation.id) == written
    archive.undo(adoption, 1)
    assert archive.ids() == []


def test_what_came_in_goes_to_the_trash_and_comes_back(
    archive: ConversationArchive, written: ArchivedConversation
) -> None:
    other = renamed(written, "other")
    adoption = archive.adopt([other])
    assert adoption.added == ("other",)
    archive.undo(adoption, 1)
    assert archive.ids() == [written.conversation.id]
    assert archive.adopt([other]) == Adoption(restored=("other",))


def test_an_answered_message_outlives_the_undo(
    store: ConversationStore, archive: ConversationArchive, written: ArchivedConversation
) -> None:
    more = replace(written.messages[2], id="new")
    adoption = archive.adopt([replace(written, messages=(*written.messages, more))])
    store.add_message(written.conversation.id, Role.USER, [TextPart("Thanks")], parent_id="new")
    archive.undo(adoption, 1)
    assert store.message("new").parent_id == written.messages[0].id


def test_a_copy_with_the_ids_of_another_conversation(
    archive: ConversationArchive, written: ArchivedConversation
) -> None:
    copy = renamed(written, "copy")
    first = archive.adopt([copy])
    assert archive.adopt([copy]).is_change is False
    found = archive.read("copy")
    assert first.added == ("copy",)
    assert [message.text for message in found.messages] == ["Q", "A1", "A2"]
    assert found.messages[2].parent_id == found.messages[0].id
    assert found.conversation.tip_id == found.messages[2].id
    assert archive.read(written.conversation.id) == written


def test_a_failure_leaves_nothing(
    store: ConversationStore, archive: ConversationArchive, written: ArchivedConversation
) -> None:
    orphan = replace(written.messages[0], id="orphan", parent_id="nobody", status=MessageStatus.COMPLETE)
    broken = ArchivedConversation(replace(written.conversation, id="broken", tip_id=None), (orphan,))
    with pytest.raises(KeyError):
        archive.adopt([renamed(written, "sound"), broken])
    assert [conversation.id for conversation in store.list()] == [written.conversation.id]
