"""The logic of the window, joined as in the program: what a person does, and what is shown and saved then."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply

from app.assembly import Window
from app.domain.errors import EngineDied, ModelRefused, OutOfMemory
from app.domain.generation import FinishReason, ThinkingChoice
from app.domain.messages import MessageStatus, ReasoningPart, TextPart
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.transcript_model import ROLES
from app.storage.conversations import ConversationStore
from app.storage.settings import SettingsFile


def shown(window: Window, role: str = "kind") -> list[object]:
    """The values of one role from top to bottom."""
    model = window.controller.transcript
    number = FIRST_ROLE + list(ROLES).index(role)
    return [model.data(model.index(row), number) for row in range(model.rowCount() - 1, -1, -1)]


def store_of(window: Window) -> ConversationStore:
    return window.controller.parts.store


def send(window: Window, qtbot: QtBot, text: str) -> None:
    """Sends a message and waits for the end of the reply."""
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        assert window.controller.composer.send(text)


def test_the_model_loads_only_after_the_first_frame(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    window = unshown_window
    assert window.controller.picker.state == "none"
    assert fake_engine.loads == []
    window.controller.announceReady()
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    assert [load.name for load in fake_engine.loads] == ["starter"]
    assert window.controller.picker.currentName == "Skald Starter"


def test_a_message_is_answered_and_saved(window: Window, qtbot: QtBot) -> None:
    assert window.controller.isEmpty
    send(window, qtbot, "Good morning\nto you")
    assert shown(window) == ["user", "rich", "foot"]
    assert window.controller.title == "Good morning"
    conversation = store_of(window).list()[0]
    question, reply = store_of(window).path(conversation.id)
    assert (question.text, reply.text, reply.status) == ("Good morning\nto you", "Hello there.", MessageStatus.COMPLETE)
    assert window.controller.speedText == "300.0 tok/s"
    assert window.controller.context.usage.text == "12 / 512"


def test_the_message_is_on_disk_before_the_engine_is_asked(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    window = unshown_window
    assert window.controller.composer.send("Are you there?")
    conversation = store_of(window).list()[0]
    assert store_of(window).path(conversation.id)[0].text == "Are you there?"
    assert fake_engine.requests == []
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.announceReady()
    assert store_of(window).path(conversation.id)[1].text == "Hello there."


def test_stop_keeps_what_there_is(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Once upon", " a time"), is_held=True))
    window.controller.composer.send("Tell me a story")
    qtbot.waitUntil(lambda: "Once upon a time" in shown(window, "text"))
    assert window.controller.composer.isGenerating
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.composer.stop()
    reply = store_of(window).path(store_of(window).list()[0].id)[-1]
    assert (reply.text, reply.status) == ("Once upon a time", MessageStatus.STOPPED)
    assert shown(window, "canContinue")[-1] is True
    assert not window.controller.composer.isGenerating


def test_continue_goes_on_in_the_same_message(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Once",), reason=FinishReason.LENGTH), FakeReply((" upon", " a time.")))
    send(window, qtbot, "Tell me a story")
    reply = store_of(window).path(store_of(window).list()[0].id)[-1]
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.transcript.continueReply(reply.id)
    assert store_of(window).message(reply.id).text == "Once upon a time."
    assert fake_engine.requests[-1].continue_last
    assert "Once upon a time." in shown(window, "text")


def test_regenerate_makes_a_sibling_and_nothing_is_overwritten(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    fake_engine.enqueue(FakeReply(("First.",)), FakeReply(("Second.",)))
    send(window, qtbot, "Hello")
    first = store_of(window).path(store_of(window).list()[0].id)[-1]
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.transcript.regenerate(first.id)
    assert shown(window, "text")[1] == "Second."
    assert shown(window, "variant")[-1] == "2/2"
    second = store_of(window).path(store_of(window).list()[0].id)[-1]
    window.controller.transcript.showVariant(second.id, -1)
    assert shown(window, "text")[1] == "First."
    assert shown(window, "variant")[-1] == "1/2"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [(EngineDied(code=-9, log="killed"), "continue"), (OutOfMemory(name="big"), "shorter-context")],
)
def test_a_reply_that_failed_stands_in_the_transcript_and_can_be_retried(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, error: EngineDied, remedy: str
) -> None:
    fake_engine.enqueue(FakeReply(("Half",), reason=FinishReason.ERROR, error=error))
    send(window, qtbot, "Hello")
    assert shown(window)[:3] == ["user", "rich", "notice"]
    assert shown(window, "remedy")[2] == remedy
    failed = store_of(window).path(store_of(window).list()[0].id)[-1]
    assert (failed.text, failed.status) == ("Half", MessageStatus.ERROR)
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.transcript.regenerate(failed.id)
    assert shown(window, "text")[1] == "Hello there."


def test_a_model_that_cannot_be_loaded_is_said_where_the_reply_would_stand(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    window = unshown_window
    fake_engine.load_problem = ModelRefused(path="starter", log="bad tensor")
    window.controller.announceReady()
    send(window, qtbot, "Hello")
    assert shown(window) == ["user", "notice", "foot"]
    assert window.controller.picker.state == "failed"
    assert "bad tensor" in window.controller.picker.stateText
    assert not window.controller.composer.isGenerating


def test_two_conversations_wait_in_line(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("One",), is_held=True), FakeReply(("Two",)))
    window.controller.composer.send("first")
    first = window.controller.conversations.current_id
    qtbot.waitUntil(lambda: "One" in shown(window, "text"))
    window.controller.newConversation()
    assert window.controller.isEmpty
    assert window.controller.composer.canSend
    window.controller.composer.send("second")
    assert window.controller.composer.isGenerating
    assert shown(window) == ["user", "waiting"]
    window.controller.conversations.open(first)
    assert "One" in shown(window, "text")
    fake_engine.let_go()
    qtbot.waitUntil(lambda: len(fake_engine.requests) == 2 and not window.controller.composer.isGenerating)
    second = next(entry for entry in store_of(window).list() if entry.id != first)
    qtbot.waitUntil(lambda: store_of(window).path(second.id)[-1].status is MessageStatus.COMPLETE)
    assert store_of(window).path(second.id)[-1].text == "Two"


def test_a_reply_that_waits_can_be_stopped(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("One",), is_held=True))
    window.controller.composer.send("first")
    window.controller.newConversation()
    window.controller.composer.send("second")
    window.controller.composer.stop()
    assert not window.controller.composer.isGenerating
    assert len(fake_engine.requests) <= 1
    fake_engine.let_go()
    qtbot.waitUntil(lambda: not window.controller.conversations.is_streaming)


def test_closing_in_mid_reply_saves_it_as_stopped(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Half a sentence",), is_held=True))
    window.controller.composer.send("Hello")
    qtbot.waitUntil(lambda: "Half a sentence" in shown(window, "text"))
    window.controller.shut_down()
    reply = store_of(window).path(store_of(window).list()[0].id)[-1]
    assert (reply.text, reply.status) == ("Half a sentence", MessageStatus.STOPPED)
    fake_engine.let_go()


def test_drafts_stay_with_their_conversation(window: Window, qtbot: QtBot) -> None:
    send(window, qtbot, "Hello")
    window.controller.composer.saveDraft("not finished")
    first = window.controller.conversations.current_id
    window.controller.newConversation()
    assert window.controller.composer.draft == ""
    window.controller.conversations.open(first)
    assert window.controller.composer.draft == "not finished"


def test_a_broken_file_is_said_and_the_model_stays(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")
    before = window.controller.picker.currentName
    window.controller.openDropped(broken.as_uri())
    qtbot.waitUntil(lambda: "broken.gguf" in window.controller.notifier.text)
    assert window.controller.picker.currentName == before


def test_links_are_asked_about_and_only_the_web_s(window: Window) -> None:
    window.controller.askLink("https://example.org/a?b=c")
    assert window.controller.pendingLink == "https://example.org/a?b=c"
    window.controller.dismissLink()
    for refused in ("file:///etc/passwd", "javascript:alert(1)", "\\\\server\\share", "data:text/html,x"):
        window.controller.askLink(refused)
        assert window.controller.pendingLink == ""


def test_the_language_changes_without_a_restart(window: Window, qtbot: QtBot, settings: SettingsFile) -> None:
    send(window, qtbot, "Hello")
    window.controller.preferences.language = "zh_CN"
    assert shown(window, "accessibleName")[0] == "你: Hello"
    assert settings.current.language == "zh_CN"
    window.controller.newConversation()
    assert window.controller.title == "新对话"


def test_sampling_of_a_new_conversation_is_kept_with_it(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    window.controller.inspector.setNumber("temperature", 0.0)
    window.controller.inspector.systemPrompt = "Be brief."
    send(window, qtbot, "Hello")
    request = fake_engine.requests[-1]
    assert request.sampling.temperature == 0.0
    assert request.messages[0].content == "Be brief."
    kept = store_of(window).list()[0]
    assert kept.system_prompt == "Be brief."
    assert kept.sampling is not None
    assert kept.sampling.temperature == 0.0


def test_pages(window: Window, qtbot: QtBot) -> None:
    window.controller.showPage("settings")
    assert window.controller.page == "settings"
    window.controller.showPage("settings")
    assert window.controller.page == "conversation"
    window.controller.showPage("lighten")
    qtbot.waitUntil(lambda: "bits per weight" in window.controller.weight.summary)
    assert window.controller.weight.rowCount() >= 3


def test_reasoning_is_shown_folded_and_kept(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(reasoning=("Hm.", " So."), reasoning_s=2.0))
    send(window, qtbot, "What is one and one?")
    assert shown(window) == ["user", "reasoning", "rich", "foot"]
    assert shown(window, "facts")[1] == "Thought for 2.0 s"
    window.controller.transcript.toggleReasoning(str(shown(window, "messageId")[1]))
    assert (shown(window, "isOpen")[1], shown(window, "text")[1]) == (True, "Hm. So.")
    conversation = store_of(window).list()[0]
    reply = store_of(window).path(conversation.id)[-1]
    assert reply.parts == (ReasoningPart("Hm. So.", 2.0), TextPart("Hello there."))
    send(window, qtbot, "And one more?")
    assert [message.reasoning for message in fake_engine.requests[-1].messages] == ["", "Hm. So.", ""]


def test_thinking_is_chosen_where_the_model_knows_it_and_kept_with_the_conversation(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    thinking = window.controller.thinking
    assert (thinking.canThink, thinking.canSwitch) == (False, False)
    fake_engine.abilities = {"can_think": True, "can_switch_thinking": True, "thinks_by_default": True}
    window.controller.parts.loader.reload()
    qtbot.waitUntil(lambda: thinking.canSwitch)
    assert (thinking.canThink, thinking.isOn, thinking.budget) == (True, True, 0)
    thinking.isOn = False
    thinking.budget = 256
    send(window, qtbot, "Hello")
    assert (fake_engine.requests[-1].thinking, fake_engine.requests[-1].thinking_budget) == (False, 256)
    assert store_of(window).list()[0].thinking == ThinkingChoice(is_on=False, budget=256)
    window.controller.newConversation()
    assert (thinking.isOn, thinking.budget) == (True, 0)
    window.controller.conversations.select(store_of(window).list()[0].id)
    assert (thinking.isOn, thinking.budget) == (False, 256)
    thinking.isOn = True
    assert store_of(window).list()[0].thinking == ThinkingChoice(is_on=True, budget=256)


def test_a_template_that_does_not_work_is_told(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    assert window.controller.templateNotice == ""
    fake_engine.abilities = {"template_problem": "it loops"}
    window.controller.parts.loader.reload()
    qtbot.waitUntil(lambda: bool(window.controller.templateNotice))
    assert "it loops" in window.controller.templateNotice
    assert window.controller.notifier.text == window.controller.templateNotice
