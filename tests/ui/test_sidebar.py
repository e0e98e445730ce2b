"""Search, folders, archive, trash and temporary conversations, by mouse and by keyboard."""

from __future__ import annotations

from tests.ui.conftest import OpenWindow, accessible_name

from app.domain.messages import Role, TextPart
from app.storage.conversations import ConversationStore


def store_of(opened: OpenWindow) -> ConversationStore:
    return opened.controller.parts.store


def say(store: ConversationStore, title: str, *texts: str) -> list[str]:
    """Makes a conversation of these texts and returns the ids of its messages."""
    ids: list[str] = []
    conversation = store.create(title)
    for text in texts:
        parent = ids[-1] if ids else None
        ids.append(store.add_message(conversation.id, Role.USER, (TextPart(text),), parent_id=parent).id)
    return ids


def choose(opened: OpenWindow, item: str) -> None:
    """Chooses an entry of the menu of the first conversation, with the keyboard."""
    opened.find("conversations").forceActiveFocus()
    opened.press("Down")
    opened.press("Shift+F10")
    opened.click(item)


def in_list(opened: OpenWindow) -> list[str]:
    return [accessible_name(row) for row in opened.all("conversation")]


def test_a_hit_is_chosen_with_the_keyboard_shown_and_marked(opened: OpenWindow) -> None:
    texts = [f"Paragraph {number}. " + "Some words to fill a line. " * 8 for number in range(60)]
    texts[7] = "The needle lies here, 针在这里。"
    ids = say(store_of(opened), "A long talk", *texts)
    say(store_of(opened), "Other", "nothing")
    opened.controller.conversations.refresh()
    opened.press("Ctrl+K")
    opened.type("NEEDLE")
    opened.wait(lambda: opened.has("search-hit"))
    assert opened.name_of("search-hit") == "A long talk"
    assert opened.name_of("search-state") == "1 found"
    assert not opened.has("conversation")
    opened.press("Down")
    opened.press("Return")
    opened.wait(lambda: opened.has("marked"))
    marked = opened.find("marked").parentItem()
    assert marked.property("messageId") == ids[7]
    transcript = opened.find("transcript")
    place = marked.mapToItem(transcript, 0, 0).y()
    assert 0 <= place < transcript.height()
    opened.click("search")
    opened.press("Esc")
    opened.wait(lambda: len(in_list(opened)) == 2)


def test_a_folder_is_made_shown_and_deleted_from_the_menus(opened: OpenWindow) -> None:
    say(store_of(opened), "first", "one")
    say(store_of(opened), "second", "two")
    opened.controller.conversations.refresh()
    opened.wait(lambda: len(in_list(opened)) == 2)
    choose(opened, "folder")
    opened.click("new-folder")
    opened.wait(lambda: opened.has_focus("folder-name"))
    opened.type("Travel")
    opened.press("Return")
    opened.wait(lambda: not opened.has("folder-dialog"))
    assert [entry["text"] for entry in opened.controller.shelf.folders] == ["Travel"]
    opened.controller.shelf.place = opened.controller.shelf.folders[0]["value"]
    opened.wait(lambda: in_list(opened) == ["second"])
    assert opened.property_of("place", "displayText") == "Travel"
    opened.click("place-actions")
    opened.click("delete-folder")
    opened.wait(lambda: sorted(in_list(opened)) == ["first", "second"])
    opened.click("toast-action")
    assert [entry["text"] for entry in opened.controller.shelf.folders] == ["Travel"]


def test_pin_archive_trash_and_delete_for_good(opened: OpenWindow) -> None:
    for title in ("first", "second"):
        say(store_of(opened), title, "words")
    opened.controller.conversations.refresh()
    opened.wait(lambda: in_list(opened) == ["second", "first"])
    choose(opened, "pin")
    assert opened.controller.conversations.conversation(store_of(opened).list()[0].id).is_pinned  # type: ignore[union-attr]
    choose(opened, "archive")
    opened.wait(lambda: in_list(opened) == ["first"])
    opened.find("conversations").forceActiveFocus()
    opened.press("Del")
    opened.wait(lambda: in_list(opened) == [])
    opened.controller.shelf.place = "trash"
    opened.wait(lambda: in_list(opened) == ["first"])
    choose(opened, "purge")
    opened.click("purge-confirm")
    opened.wait(lambda: in_list(opened) == [])
    opened.controller.shelf.place = "archive"
    opened.wait(lambda: in_list(opened) == ["second"])


def test_a_temporary_conversation_is_marked(opened: OpenWindow) -> None:
    assert not opened.has("temporary-mark")
    opened.click("temporary")
    opened.wait(lambda: opened.name_of("temporary-mark") == "Temporary: not saved")
    opened.ask("A secret")
    assert in_list(opened) == []
    assert opened.has("temporary-mark")
    opened.press("Ctrl+N")
    opened.wait(lambda: not opened.has("temporary-mark"))
    opened.press("Ctrl+Shift+N")
    opened.wait(lambda: opened.has("temporary-mark"))
