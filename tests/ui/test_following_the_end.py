"""The view stays at the end of the conversation while the person is there, and only then."""

from __future__ import annotations

from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

LONG = "\n\n".join(f"Paragraph {number} of a reply that needs room." for number in range(40))


def is_at_end(opened: OpenWindow) -> bool:
    return bool(opened.property_of("transcript", "atYEnd"))


def test_a_reply_is_followed_and_a_growing_message_box_too(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply((LONG,)))
    opened.ask("Tell me")
    opened.wait(lambda: is_at_end(opened))
    assert not opened.has("jump-to-end")
    for _ in range(4):
        opened.press("Shift+Return")
    opened.wait(lambda: is_at_end(opened))
    opened.quick.resize(700, 500)
    opened.wait(lambda: opened.find("transcript").width() <= 700 and is_at_end(opened))


def test_who_reads_above_is_left_there_until_they_jump(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply((LONG,)), FakeReply(("short",)))
    opened.ask("Tell me")
    opened.wait(lambda: is_at_end(opened))
    opened.find("transcript").forceActiveFocus()
    opened.press("PgUp")
    opened.wait(lambda: opened.has("jump-to-end"))
    opened.ask("More")
    assert not is_at_end(opened)
    opened.click("jump-to-end")
    opened.wait(lambda: is_at_end(opened))
