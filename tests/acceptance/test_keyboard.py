"""Everything that PRODUCT.md promises of the keyboard, without a mouse."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def test_shortcuts_open_and_close_what_they_name(program: Program) -> None:
    program.start()
    program.key("ctrl+comma")
    program.find("page-settings")
    program.key("Escape")
    program.wait_until_gone("page-settings")
    program.wait_for_focus("composer")

    program.key("ctrl+b")
    program.wait_until_gone("conversations")
    program.key("ctrl+b")
    program.find("conversations")

    program.key("ctrl+k")
    program.wait_for_focus("search")
    program.key("ctrl+n")
    program.wait_for_focus("composer")

    program.key("ctrl+l")
    assert "selected" in program.find("model-choice").states


def test_shift_enter_begins_a_line_and_enter_sends(program: Program) -> None:
    program.start()
    program.type("one")
    program.key("shift+Return")
    program.type("two")
    wait_for(lambda: program.find("composer").text() == "one\ntwo", "two lines", also=program.describe)
    program.key("Return")
    program.wait_for_message("You: one\ntwo")


def test_zoom_makes_text_larger(program: Program) -> None:
    program.start()
    before = program.find("new-conversation").rectangle().height
    program.key("ctrl+equal", "ctrl+equal")
    wait_for(
        lambda: program.find("new-conversation").rectangle().height > before, "a larger button", also=program.describe
    )
    program.key("ctrl+0")
    wait_for(
        lambda: program.find("new-conversation").rectangle().height == before, "its first size", also=program.describe
    )
