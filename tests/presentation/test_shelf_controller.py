"""The sidebar puts conversations in their places and takes it back; temporary ones leave nothing behind."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply

from app.assembly import Window
from app.domain.errors import ConversationNotFound
from app.domain.messages import TitleOrigin
from app.presentation.item_roles import FIRST_ROLE
from app.storage.conversations import ConversationStore
from app.storage.shelf import ARCHIVE, TRASH


def titles(window: Window) -> list[str]:
    model = window.controller.conversations
    return [model.data(model.index(row, 0), FIRST_ROLE + 1) for row in range(model.rowCount())]


def begin(window: Window, *names: str) -> list[str]:
    ids = [window.controller.parts.store.create(name).id for name in names]
    window.controller.conversations.refresh()
    return ids


def knows(store: ConversationStore, conversation_id: str) -> bool:
    try:
        store.get(conversation_id)
    except ConversationNotFound:
        return False
    return True


def test_pin_archive_and_undo(window: Window) -> None:
    shelf = window.controller.shelf
    first, second = begin(window, "first", "second")
    shelf.pin(first, True)
    assert titles(window) == ["first", "second"]
    shelf.archive(second, True)
    assert titles(window) == ["first"]
    shelf.place = ARCHIVE
    assert titles(window) == ["second"]
    window.controller.notifier.act()
    assert titles(window) == []
    shelf.place = ""
    assert titles(window) == ["first", "second"]


def test_folders(window: Window) -> None:
    shelf = window.controller.shelf
    first, _ = begin(window, "first", "second")
    shelf.addFolder("  ", first)
    shelf.addFolder("Work", first)
    (folder,) = shelf.folders
    assert folder["text"] == "Work"
    shelf.place = folder["value"]
    assert (titles(window), shelf.placeName, shelf.isFolder) == (["first"], "Work", True)
    shelf.renameFolder("Play")
    assert shelf.placeName == "Play"
    shelf.deleteFolder()
    assert (shelf.place, shelf.folders) == ("", [])
    assert titles(window) == ["second", "first"]
    window.controller.notifier.act()
    assert [entry["text"] for entry in shelf.folders] == ["Play"]
    shelf.move(first, "")
    shelf.place = folder["value"]
    assert titles(window) == []
    window.controller.notifier.act()
    assert titles(window) == ["first"]


def test_a_duplicate_is_shown(window: Window) -> None:
    (first,) = begin(window, "first")
    window.controller.shelf.duplicate(first)
    assert titles(window) == ["first (copy)", "first"]
    assert window.controller.title == "first (copy)"


def test_a_title_of_a_person_is_known_as_theirs(window: Window) -> None:
    (first,) = begin(window, "first")
    window.controller.conversations.rename(first, "Mine")
    assert window.controller.parts.store.get(first).title_origin is TitleOrigin.PERSON


def test_the_trash_gives_back_and_deletes_for_good(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    shelf, conversations = window.controller.shelf, window.controller.conversations
    first, second = begin(window, "first", "second")
    for conversation in (first, second):
        conversations.remove(conversation)
    shelf.place = TRASH
    assert titles(window) == ["second", "first"]
    shelf.restore(first)
    assert titles(window) == ["second"]
    shelf.empty(30)
    shelf.empty(0)
    assert titles(window) == ["second"]
    with qtbot.waitSignal(shelf.purged):
        shelf.purge("")
    assert titles(window) == []
    with pytest.raises(ConversationNotFound):
        window.controller.parts.store.restore(second)
    qtbot.waitUntil(lambda: second in fake_engine.forgotten)


def test_a_temporary_conversation_goes_when_it_is_left(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    controller, store = window.controller, window.controller.parts.store
    (other,) = begin(window, "other")
    controller.newTemporary()
    assert (controller.isTemporary, controller.title) == (True, "Temporary conversation")
    with qtbot.waitSignal(controller.transcript.replyFinished):
        assert controller.composer.send("a secret")
    assert fake_engine.requests[-1].conversation_id == ""
    assert titles(window) == ["other"]
    assert controller.isTemporary
    temporary = controller.conversations.current_id
    controller.conversations.open(other)
    assert controller.title == "other"
    assert not knows(store, temporary)


def test_a_temporary_conversation_is_left_in_mid_reply(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Half",), is_held=True))
    controller = window.controller
    controller.newTemporary()
    controller.composer.send("a secret")
    temporary = controller.conversations.current_id
    qtbot.waitUntil(lambda: bool(fake_engine.requests))
    controller.newConversation()
    qtbot.waitUntil(lambda: not knows(controller.parts.store, temporary))
    assert controller.notifier.text == ""
