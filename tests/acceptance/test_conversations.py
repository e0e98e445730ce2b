"""The list of conversations from outside: rename, delete and take it back, search."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def _titles(program: Program) -> list[str]:
    return [row.name for row in program.all_of("conversation")]


def _begin(program: Program, text: str) -> None:
    program.key("ctrl+n")
    wait_for(lambda: program.messages() == [], "an empty transcript", also=program.describe)
    program.say(text)
    program.hear()


def test_a_conversation_is_renamed_deleted_and_taken_back(program: Program) -> None:
    program.start()
    _begin(program, "Hello")
    _begin(program, "Who are you?")
    assert _titles(program) == ["Who are you?", "Hello"], "the newest stands first"

    program.press("conversation", "Hello")
    wait_for(lambda: "You: Hello" in program.messages(), "the older conversation", also=program.describe)
    program.click("conversation", "Hello", button=3)
    program.press("rename")
    program.wait_for_focus("rename-box")
    program.type("Greetings")
    program.key("Return")
    program.find("conversation", "Greetings")

    program.key("ctrl+shift+d")
    program.wait_until_gone("conversation", "Greetings")
    assert "Greetings" in program.find("toast").name
    program.press("toast-action")
    program.find("conversation", "Greetings")

    program.close()
    program.start()
    wait_for(lambda: set(_titles(program)) == {"Greetings", "Who are you?"}, "both of them", also=program.describe)


def test_a_search_finds_by_what_was_said(program: Program) -> None:
    program.start()
    _begin(program, "Hello")
    _begin(program, "What is a token?")

    program.key("ctrl+k")
    program.wait_for_focus("search")
    program.type("token")
    wait_for(lambda: _titles(program) == ["What is a token?"], "only the one that fits", also=program.describe)
    program.find("search").set_text("")
    wait_for(lambda: len(_titles(program)) == 2, "both of them again", also=program.describe)
