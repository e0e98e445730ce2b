"""What is done with a message is undone by the toast, whatever the conversation does meanwhile."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply

from app.assembly import Window
from app.domain.errors import EngineDied
from app.domain.generation import FinishReason
from app.domain.messages import Message, MessageStatus
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.transcript_model import ROLES


def shown(window: Window, role: str = "text") -> list[object]:
    """The values of one role from top to bottom."""
    model = window.controller.transcript
    number = FIRST_ROLE + list(ROLES).index(role)
    return [model.data(model.index(row), number) for row in range(model.rowCount() - 1, -1, -1)]


def path(window: Window) -> list[Message]:
    return window.controller.parts.store.path(window.controller.conversations.current_id)


def texts(window: Window) -> list[str]:
    return [message.text for message in path(window)]


def send(window: Window, qtbot: QtBot, text: str) -> None:
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        assert window.controller.composer.send(text)


def test_undoing_a_regeneration_stops_it_first(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    send(window, qtbot, "Hello")
    first = path(window)[-1]
    fake_engine.enqueue(FakeReply(("Second",), is_held=True))
    window.controller.transcript.regenerate(first.id)
    qtbot.waitUntil(lambda: "Second" in shown(window))
    assert window.controller.notifier.text == "Another variant is being written."
    window.controller.notifier.act()
    qtbot.waitUntil(lambda: texts(window) == ["Hello", "Hello there."])
    qtbot.waitUntil(lambda: shown(window)[:2] == ["Hello", "Hello there."])
    assert not window.controller.composer.isGenerating
    assert window.controller.parts.store.siblings(first.id) == [first.id]
    send(window, qtbot, "Again")
    assert texts(window) == ["Hello", "Hello there.", "Again", "Hello there."]


def test_undoing_an_edit_that_waits_for_another_conversation(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    send(window, qtbot, "Hello")
    edited, busy = window.controller.conversations.current_id, FakeReply(("Busy",), is_held=True)
    window.controller.newConversation()
    fake_engine.enqueue(busy)
    window.controller.composer.send("Other")
    qtbot.waitUntil(lambda: "Busy" in shown(window))
    window.controller.conversations.open(edited)
    window.controller.messages.beginEdit(path(window)[0].id)
    assert shown(window, "kind")[0] == "editor"
    window.controller.messages.keepEdit("Good")
    assert shown(window)[0] == "Good"
    window.controller.messages.saveEdit("Good day")
    assert (texts(window), shown(window, "kind")) == (["Good day", ""], ["user", "waiting"])
    assert shown(window, "variant")[0] == "2/2"
    window.controller.notifier.act()
    assert texts(window) == ["Hello", "Hello there."]
    assert shown(window, "variant")[0] == ""
    fake_engine.let_go()
    qtbot.waitUntil(lambda: not window.controller.conversations.is_streaming)


def test_undoing_a_continuation_gives_the_reply_its_end_back(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    fake_engine.enqueue(FakeReply(("Once",), reason=FinishReason.LENGTH), FakeReply((" upon",)))
    send(window, qtbot, "Tell")
    before = path(window)[-1]
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.transcript.continueReply(before.id)
    assert texts(window)[-1] == "Once upon"
    window.controller.notifier.act()
    after = path(window)[-1]
    assert (after.id, after.text, after.status) == (before.id, "Once", MessageStatus.LENGTH)
    assert shown(window, "canContinue")[-1] is True


def test_an_undone_edit_that_was_talked_on_below_only_is_not_shown(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    send(window, qtbot, "Hello")
    first = path(window)
    window.controller.messages.beginEdit(first[0].id)
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.messages.saveEdit("Good day")
    send(window, qtbot, "More")
    assert len(texts(window)) == 4
    window.controller.notifier.act()
    assert texts(window) == ["Hello", "Hello there."]
    assert shown(window, "variant")[0] == "1/2"


def test_nothing_is_edited_or_deleted_while_a_reply_is_written(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    fake_engine.enqueue(FakeReply(("Half",), is_held=True))
    window.controller.composer.send("Hello")
    qtbot.waitUntil(lambda: "Half" in shown(window))
    question = path(window)[0].id
    window.controller.messages.beginEdit(question)
    window.controller.messages.remove(question)
    assert shown(window)[:2] == ["Hello", "Half"]
    streaming = window.controller.conversations.current_id
    window.controller.messages.branch(path(window)[-1].id)
    assert [message.status for message in path(window)] == [MessageStatus.COMPLETE, MessageStatus.STOPPED]
    window.controller.notifier.act()
    assert window.controller.conversations.current_id == streaming
    assert window.controller.conversations.count == 1
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        fake_engine.let_go()


def test_an_edit_that_changes_nothing_makes_no_variant(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    send(window, qtbot, "Hello")
    for text in ("Hello", "  \n"):
        window.controller.messages.beginEdit(path(window)[0].id)
        window.controller.messages.saveEdit(text)
        assert shown(window, "kind") == ["user", "rich", "foot"]
    assert len(fake_engine.requests) == 1


def test_only_one_message_is_edited_at_a_time(window: Window, qtbot: QtBot) -> None:
    send(window, qtbot, "Hello")
    for message in path(window):
        window.controller.messages.beginEdit(message.id)
    assert shown(window, "kind") == ["user", "editor"]
    window.controller.messages.cancelEdit()
    assert shown(window, "kind") == ["user", "rich", "foot"]


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        (FakeReply(), "finished"),
        (FakeReply(reason=FinishReason.LENGTH), "cut at the limit"),
        (FakeReply(reason=FinishReason.CANCELLED), "stopped"),
        (FakeReply(reason=FinishReason.ERROR, error=EngineDied(code=9, log="")), "failed"),
    ],
)
def test_every_end_of_a_reply_has_its_words(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, reply: FakeReply, end: str
) -> None:
    fake_engine.enqueue(reply)
    send(window, qtbot, "Hello")
    assert str(shown(window, "facts")[-1]).split(" · ")[::4] == ["Skald Starter", end]
