"""A reply that ends while the person is elsewhere is told on the desktop, and nothing of it unless allowed."""

from __future__ import annotations

import pytest
from tests.acceptance.notification_service import NotificationService
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def ask_and_go_away(program: Program, service: NotificationService, text: str) -> tuple[str, str]:
    """Sends a message, hides the window, and returns the notification of the reply's end."""
    before = len(service.shown)
    (window,) = program.desktop.windows_of(program.pid)
    program.wait_for_focus("composer")
    program.type(text)
    wait_for(lambda: program.find("composer").text() == text, "the text", also=program.describe)
    program.find("send")
    send = program.find("send")
    program.desktop.xdotool("windowminimize", "--sync", window)
    send.press()
    wait_for(lambda: len(service.shown) > before, "a notification", also=program.describe)
    program.desktop.xdotool("windowactivate", "--sync", window)
    program.wait_until_gone("stop")
    return service.shown[-1]


def test_the_end_of_a_reply_is_told_without_its_text_unless_that_is_allowed(program: Program) -> None:
    with NotificationService(program.desktop.session_bus) as service:
        program.start()
        assert ask_and_go_away(program, service, "Hello") == ("Skald", "A reply is there.")

        program.key("ctrl+comma")
        program.press("reply-in-notification")
        program.key("Escape")
        summary, body = ask_and_go_away(program, service, "Who are you?")
        assert summary == "A reply is there."
        assert body[:20] in program.messages()[-1]

        program.say("Hello")
        program.hear()
        assert len(service.shown) == 2
