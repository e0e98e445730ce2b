"""A conversation that outgrows the context window: the gauge, the line, the message that is too long, the choice."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance
LONG = "Tell me about the sea, the harbour, the cat and the old fisherman who lives behind the hill. " * 5
CHINESE = "请给我讲讲大海、港口、那只猫，还有住在山后面的老渔夫。" * 5


def _send(program: Program, text: str, turns: int) -> None:
    program.find("composer").set_text(text)
    program.press("send")
    wait_for(lambda: len(program.messages()) >= min(2, turns * 2), "the message", also=program.describe)
    program.wait_for_end_of_reply()


def _grow(program: Program, text: str) -> None:
    """Sends messages until the model does not see all of them any more."""
    for turn in range(1, 12):
        _send(program, text, turn)
        if program.all_of("view-line") or program.all_of("show-summary"):
            return
    pytest.fail(program.describe())


def test_the_view_line_stands_where_the_model_begins_to_read(program: Program) -> None:
    program.start()
    _grow(program, LONG)
    assert "earlier messages are left out" in program.find("view-line").name
    program.keep_picture("seen-view-line")


def test_a_message_longer_than_the_context_is_said_while_it_is_typed(program: Program) -> None:
    program.start()
    program.find("composer").set_text("the sea and the cat " * 200)
    assert "The message is too long" in program.find("context-notice").name
    wait_for(lambda: "enabled" not in program.find("send").states, "a send button that is off", also=program.describe)
    program.keep_picture("seen-too-long")
    program.key("Return")
    assert program.messages() == []
    program.find("composer").set_text("the sea")
    program.wait_until_gone("context-notice")
    wait_for(lambda: "enabled" in program.find("send").states, "a send button", also=program.describe)


def test_a_full_window_stops_and_asks(program: Program) -> None:
    program.start()
    program.key("ctrl+i")
    program.press("context-policy")
    program.press("option", "Stop and ask")
    for turn in range(1, 12):
        _send(program, LONG, turn)
        if program.all_of("roll-context"):
            break
    program.keep_picture("seen-context-full")
    program.press("roll-context", "Leave out the earliest messages and go on")
    program.wait_for_end_of_reply()
    wait_for(lambda: program.all_of("view-line"), "the line", also=program.describe)


def test_a_summary_can_be_read_in_chinese_and_in_the_dark(program: Program) -> None:
    program.language = "zh_CN.UTF-8"
    program.start()
    program.press("open-settings")
    program.press("theme")
    program.press("option", "深色")
    program.press("default-context-policy")
    program.press("option", "为最早的消息做摘要")
    program.keep_picture("seen-context-settings")
    program.press("close-page")
    _grow(program, CHINESE)
    assert "较早的消息已为模型做成摘要" in program.find("show-summary").name
    program.press("show-summary")
    assert program.find("summary").name.strip()
    program.keep_picture("seen-summary")
