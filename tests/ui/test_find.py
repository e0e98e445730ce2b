"""Finding in the conversation: the bar, the marks, and the way to a hit far above."""

from __future__ import annotations

from PySide6.QtQuick import QQuickItem
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

from app.domain.messages import Role, TextPart


def count(opened: OpenWindow) -> str:
    return str(opened.property_of("find-count", "text"))


def is_in_view(opened: OpenWindow, item: QQuickItem) -> bool:
    top = item.mapToItem(opened.find("transcript"), 0, 0).y()
    return bool(0 <= top <= opened.find("transcript").height() - item.height())


def test_words_are_found_marked_and_left(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("**Stars** and stars.\n\n```python\nstars = 1\n```",)))
    opened.ask("stars?")
    opened.press("Ctrl+F")
    opened.wait(lambda: opened.has_focus("find"))
    assert opened.name_of("find") == "Find in the conversation"
    opened.type("stars")
    opened.wait(lambda: count(opened) == "4 of 4")
    opened.wait(lambda: len(opened.all("found")) == 3 and len(opened.all("found-current")) == 1)
    opened.press("Shift+Return")
    opened.wait(lambda: count(opened) == "3 of 4")
    opened.press("Return")
    opened.press("F3")
    opened.wait(lambda: count(opened) == "1 of 4")
    opened.press("Shift+F3")
    opened.wait(lambda: count(opened) == "4 of 4")
    opened.press("Esc")
    opened.wait(lambda: not opened.has("find"))
    opened.wait(lambda: not opened.has("found") and not opened.has("found-current"))
    opened.wait(lambda: opened.has_focus("composer"))


def test_a_hit_in_an_old_message_is_scrolled_to(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.ask("那颗针")
    store = opened.controller.parts.store
    conversation = store.list()[0]
    tip = conversation.tip_id
    for number in range(120):
        tip = store.add_message(conversation.id, *_plain(number), parent_id=tip).id
    long = "\n".join(["straw"] * 200 + ["这里有针"] + ["straw"] * 200)
    store.add_message(conversation.id, _plain(0)[0], _text(long), parent_id=tip)
    opened.controller.newConversation()
    opened.controller.conversations.open(conversation.id)
    opened.press("Ctrl+F")
    opened.wait(lambda: opened.has_focus("find"))
    opened.compose("", "针")
    opened.wait(lambda: count(opened) == "2 of 2")
    opened.wait(lambda: opened.has("found-current") and is_in_view(opened, opened.find("found-current")))
    opened.press("Return")
    opened.wait(lambda: count(opened) == "1 of 2")
    opened.wait(lambda: opened.has("found-current") and is_in_view(opened, opened.find("found-current")))
    assert "You: 那颗针" in opened.spoken()


def _text(text: str) -> list[TextPart]:
    return [TextPart(text)]


def _plain(number: int) -> tuple[Role, list[TextPart]]:
    return (Role.ASSISTANT if number % 2 else Role.USER), _text(f"straw {number}")
