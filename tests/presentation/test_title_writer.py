"""A title is written when the model is idle, gives way to a reply, and never replaces a person's."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply

from app.assembly import Window
from app.domain.messages import TitleOrigin
from app.presentation import title_writer


@pytest.fixture
def large(window: Window, qtbot: QtBot, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window whose model is large enough to write titles."""
    monkeypatch.setattr(title_writer, "SMALLEST_MODEL", 1_000_000)
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    return window


def send(window: Window, qtbot: QtBot, text: str) -> str:
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        assert window.controller.composer.send(text)
    return window.controller.conversations.current_id


def test_a_title_is_written_after_the_first_reply(large: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Hi.",)), FakeReply(('"A warm', ' welcome."')))
    conversation = send(large, qtbot, "Hello")
    qtbot.waitUntil(lambda: large.controller.title == "A warm welcome")
    assert large.controller.parts.store.get(conversation).title_origin is TitleOrigin.MODEL
    assert fake_engine.requests[-1].conversation_id == conversation


def test_a_person_s_title_stays(large: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Hi.",)), FakeReply(("Other",), is_held=True))
    conversation = send(large, qtbot, "Hello")
    qtbot.waitUntil(lambda: len(fake_engine.requests) == 2)
    large.controller.conversations.rename(conversation, "Mine")
    with qtbot.waitSignal(large.engine.event_arrived, check_params_cb=lambda event: hasattr(event, "reason")):
        fake_engine.let_go()
    assert large.controller.title == "Mine"


def test_a_reply_goes_before_a_title(large: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Hi.",)), FakeReply(("Half a title",), is_held=True), FakeReply(("Fine.",)))
    conversation = send(large, qtbot, "Hello")
    qtbot.waitUntil(lambda: len(fake_engine.requests) == 2)
    send(large, qtbot, "How are you?")
    assert [message.text for message in large.controller.parts.store.path(conversation)][-1] == "Fine."
    assert large.controller.title == "Hello"


def test_without_the_setting_and_with_a_small_model_there_is_none(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    send(window, qtbot, "Hello")
    writer = window.findChild(title_writer.TitleWriter)
    assert writer is not None
    writer._ask()
    assert len(fake_engine.requests) == 1
    window.controller.preferences.titledByModel = False
    send(window, qtbot, "Hello again")
    assert not writer._timer.isActive()
    assert len(fake_engine.requests) == 2
