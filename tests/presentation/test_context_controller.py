"""The gauge counts what would be sent, one count at a time; the line in the transcript follows the model's view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply
from tests.presentation.test_window_controller import send, shown, store_of

from app.assembly import Window
from app.domain.errors import ContextFull, PromptTooLong
from app.domain.generation import ContextPolicy, FinishReason, GenerationRequest
from app.domain.messages import MessageStatus
from app.engine.wire import Counted
from app.storage.settings import SettingsFile

SIZE = 512


def words(request: GenerationRequest) -> Counted:
    """Counts words for tokens; more than two turns lie outside the view."""
    tokens = sum(len(message.content.split()) for message in request.messages)
    first = max(0, len(request.messages) - 3)
    return Counted(request.id, tokens, SIZE, first, first, len(request.messages[-1].content.split()))


def too_long(request: GenerationRequest) -> Counted:
    return Counted(request.id, 600, SIZE, 0, 0, 590, PromptTooLong(tokens=600, n_ctx=SIZE).report())


def full(request: GenerationRequest) -> Counted:
    return Counted(request.id, 530, SIZE, 0, 0, 5, ContextFull(tokens=530, n_ctx=SIZE).report())


@pytest.fixture
def ready(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> Window:
    """The model is loaded and counts words."""
    fake_engine.measure = words
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    window.controller.context.count()
    return window


def test_the_gauge_follows_the_draft(ready: Window) -> None:
    usage = ready.controller.context.usage
    for draft, used in (("one", 1), ("one two", 2), ("", 0)):
        ready.controller.composer.saveDraft(draft)
        assert usage.used == used
    ready.controller.inspector.systemPrompt = "Be very brief."
    assert (usage.used, usage.text, usage.leftText) == (3, "3 / 512", "509 left")


def test_the_conversation_and_its_policy_are_what_is_counted(
    ready: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    send(ready, qtbot, "Hello you")
    asked: list[GenerationRequest] = []

    def measure(request: GenerationRequest) -> Counted:
        asked.append(request)
        return words(request)

    fake_engine.measure = measure
    ready.controller.context.policy = "stop"
    ready.controller.context.pinned = 2
    ready.controller.composer.saveDraft("And?")
    assert [message.content for message in asked[-1].messages] == ["Hello you", "Hello there.", "And?"]
    assert (asked[-1].policy, asked[-1].pinned) == (ContextPolicy.STOP, 2)
    kept = store_of(ready).list()[0]
    assert (kept.policy, kept.pinned) == (ContextPolicy.STOP, 2)
    send(ready, qtbot, "And?")
    assert fake_engine.requests[-1].messages == asked[-1].messages[:2] + fake_engine.requests[-1].messages[2:3]
    assert fake_engine.requests[-1].policy is ContextPolicy.STOP


def test_what_a_new_conversation_shall_do_is_kept_with_it(ready: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    ready.controller.context.policy = "summarise"
    send(ready, qtbot, "Hello")
    assert fake_engine.requests[-1].policy is ContextPolicy.SUMMARISE
    assert store_of(ready).list()[0].policy is ContextPolicy.SUMMARISE
    ready.controller.newConversation()
    assert ready.controller.context.policy == "roll"


def test_the_settings_are_the_default(ready: Window, settings: SettingsFile) -> None:
    ready.controller.preferences.contextPolicy = "stop"
    ready.controller.preferences.pinnedMessages = 4
    assert (ready.controller.context.policy, ready.controller.context.pinned) == ("stop", 4)
    ready.controller.context.policy = "never"
    ready.controller.context.pinned = 1000
    assert (ready.controller.context.policy, ready.controller.context.pinned) == ("stop", 4)


def test_one_count_at_a_time_and_the_newest_next(ready: Window, fake_engine: FakeEngine) -> None:
    held: list[tuple[GenerationRequest, Callable[[Counted], None]]] = []

    def hold(request: GenerationRequest, on_counted: Callable[[Counted], None]) -> bool:
        held.append((request, on_counted))
        return True

    fake_engine.count = hold  # type: ignore[method-assign]
    for draft in ("a", "a b", "a b c"):
        ready.controller.composer.saveDraft(draft)
    assert len(held) == 1
    request, answer = held.pop()
    answer(words(request))
    assert ready.controller.context.usage.used == 1
    (newest,) = held
    assert newest[0].messages[-1].content == "a b c"
    newest[1](words(newest[0]))
    answer(words(request))
    assert ready.controller.context.usage.used == 3, "a late answer counts no more"


def test_a_draft_longer_than_the_context_is_said_and_not_sent(ready: Window, fake_engine: FakeEngine) -> None:
    fake_engine.measure = too_long
    ready.controller.composer.saveDraft("very long")
    usage = ready.controller.context.usage
    assert "The message is too long: 600 tokens" in usage.notice
    assert not ready.controller.composer.canSend
    assert not ready.controller.composer.send("very long")
    assert fake_engine.requests == []
    fake_engine.measure = words
    ready.controller.composer.saveDraft("short")
    assert usage.notice == ""
    assert ready.controller.composer.canSend


def test_a_full_window_can_be_rolled_before_anything_is_sent(ready: Window, fake_engine: FakeEngine) -> None:
    ready.controller.context.policy = "stop"
    fake_engine.measure = full
    ready.controller.composer.saveDraft("more")
    assert ready.controller.context.usage.canRoll
    assert ready.controller.composer.canSend
    fake_engine.measure = words
    ready.controller.context.roll()
    assert ready.controller.context.policy == "roll"
    assert not ready.controller.context.usage.canRoll


def test_the_line_stands_where_the_view_begins_and_moves(ready: Window, qtbot: QtBot) -> None:
    tester = QAbstractItemModelTester(ready.controller.transcript, QAbstractItemModelTester.FailureReportingMode.Fatal)
    send(ready, qtbot, "First")
    assert "view-line" not in shown(ready)
    send(ready, qtbot, "Second")
    assert shown(ready) == ["user", "rich", "foot", "view-line", "user", "rich", "foot"]
    assert shown(ready, "text")[3] == "The model's view begins here; 2 earlier messages are left out"
    send(ready, qtbot, "Third")
    assert shown(ready).index("view-line") == 6
    assert shown(ready).count("view-line") == 1
    ready.controller.newConversation()
    assert shown(ready) == []
    ready.controller.conversations.open(store_of(ready).list()[0].id)
    assert shown(ready).index("view-line") == 6
    assert tester is not None


def test_a_summary_stands_at_the_line(ready: Window, qtbot: QtBot) -> None:
    ready.controller.context.policy = "summarise"
    for text in ("First", "Second"):
        send(ready, qtbot, text)
    conversation = store_of(ready).list()[0]
    store_of(ready).keep_summary(conversation.id, "They met.", store_of(ready).path(conversation.id)[1].id)
    ready.controller.context.refresh()
    at = shown(ready).index("view-line")
    assert shown(ready, "facts")[at] == "They met."
    assert shown(ready, "text")[at] == "Earlier messages are summarised for the model (2)"


def test_a_reply_that_filled_the_window_goes_on_when_the_earliest_messages_may_go(
    ready: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    ready.controller.context.policy = "stop"
    error = ContextFull(tokens=SIZE, n_ctx=SIZE)
    fake_engine.enqueue(FakeReply(("Half",), reason=FinishReason.LENGTH, error=error), FakeReply((" and half.",)))
    send(ready, qtbot, "Hello")
    assert shown(ready) == ["user", "rich", "notice", "foot"]
    assert shown(ready, "remedy")[2] == "roll-context"
    assert not any(shown(ready, "canContinue"))
    reply = store_of(ready).path(store_of(ready).list()[0].id)[-1]
    assert (reply.text, reply.status) == ("Half", MessageStatus.LENGTH)
    with qtbot.waitSignal(ready.controller.transcript.replyFinished):
        ready.controller.transcript.applyRemedy(reply.id, "roll-context")
    assert fake_engine.requests[-1].policy is ContextPolicy.ROLL
    assert fake_engine.requests[-1].continue_last
    assert store_of(ready).message(reply.id).text == "Half and half."
    assert ready.controller.context.policy == "roll"


def test_without_a_model_the_last_measure_is_shown(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    send(window, qtbot, "Hello")
    usage = window.controller.context.usage
    assert usage.text == "12 / 512"
    fake_engine.measure = words
    window.controller.composer.saveDraft("a b c d")
    assert usage.used == 7
    window.controller.picker.unload()
    qtbot.waitUntil(lambda: window.controller.picker.state == "unloaded")
    assert usage.used == 12
