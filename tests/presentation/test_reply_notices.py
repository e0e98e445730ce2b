"""A reply that ends unseen is told on the desktop, and nothing of it unless that is allowed."""

from __future__ import annotations

from typing import cast

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeDesktop, FakeEngine, FakeReply

from app.assembly import Window
from app.domain.errors import GrammarTooLarge
from app.domain.generation import FinishReason
from app.presentation import reply_notices
from app.storage.settings import SettingsFile

SECRET = "The secret of the reply"


def told(window: Window) -> list[tuple[str, str]]:
    return cast("FakeDesktop", window._desktop).shown


def ask(window: Window, qtbot: QtBot, is_unseen: bool = True) -> None:
    notices = window.controller.parts.notices
    notices._is_unseen = lambda: is_unseen
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        assert window.controller.composer.send("My own secret")


def test_a_reply_that_ends_unseen_is_told_without_its_text(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    fake_engine.enqueue(FakeReply((SECRET,)))
    with qtbot.waitSignal(window.controller.attentionWanted):
        ask(window, qtbot)
    assert told(window) == [("Skald", "A reply is there.")]


def test_a_reply_that_is_seen_is_not_told(window: Window, qtbot: QtBot) -> None:
    ask(window, qtbot, is_unseen=False)
    assert told(window) == []


def test_it_can_be_switched_off(window: Window, qtbot: QtBot) -> None:
    window.controller.privacy.notified = False
    ask(window, qtbot)
    assert told(window) == []


def test_the_reply_is_shown_only_where_that_is_allowed(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply((f"{SECRET}\n\n", "x" * 1000)))
    window.controller.privacy.replyInNotification = True
    ask(window, qtbot)
    ((summary, body),) = told(window)
    assert summary == "A reply is there."
    assert body.startswith(f"{SECRET} xxx")
    assert len(body) == reply_notices.LONGEST_SHOWN + 1


def test_a_reply_that_broke_off_is_told_as_such(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply((SECRET,), reason=FinishReason.ERROR, error=GrammarTooLarge()))
    ask(window, qtbot)
    assert told(window) == [("Skald", "A reply broke off.")]
    window.controller.newConversation()


def test_a_reply_that_was_stopped_is_not_told(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply((SECRET,), reason=FinishReason.CANCELLED))
    ask(window, qtbot)
    assert told(window) == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_it_speaks_the_language_in_use(window: Window, qtbot: QtBot, settings: SettingsFile, language: str) -> None:
    window.controller.preferences.language = language
    ask(window, qtbot)
    assert told(window)[0][1] in ("A reply is there.", "回复已完成。")
