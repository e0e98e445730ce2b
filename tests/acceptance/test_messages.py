"""A message from outside: edited and answered anew, walked through its variants, deleted, found, all of it undone."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def _choose(program: Program, number: int, entry: str) -> None:
    """Chooses an entry of the menu of a message; number 0 is the first one."""
    program.all_of("message-actions")[number].press()
    program.press(entry)


def _shown(program: Program, messages: list[str]) -> None:
    wait_for(lambda: program.messages() == messages, f"{messages}", also=program.describe)


def _edit(program: Program, addition: str) -> list[str]:
    """Adds words to the first message, waits for the new reply, and returns what is shown then."""
    _choose(program, 0, "edit")
    program.wait_for_focus("editor")
    program.key("End")
    program.type(addition)
    program.keep_picture("seen-editor")
    program.key("Return")
    wait_for(lambda: program.messages()[0].endswith(addition), "the edited message", also=program.describe)
    program.hear()
    return program.messages()


def test_a_message_is_edited_walked_through_deleted_and_all_is_undone(program: Program) -> None:
    program.start()
    program.say("Hello")
    program.hear()
    first = program.messages()
    assert first[0] == "You: Hello"
    program.find("facts", next(one.name for one in program.all_of("facts") if "finished" in one.name))

    assert _edit(program, " there")[0] == "You: Hello there"
    program.press("toast-action")
    _shown(program, first)
    program.wait_until_gone("previous-variant")

    second = _edit(program, " you")
    program.press("previous-variant")
    _shown(program, first)
    program.press("next-variant")
    _shown(program, second)
    program.keep_picture("seen-variants")

    _choose(program, 0, "delete-message")
    _shown(program, second[1:])
    program.press("toast-action")
    _shown(program, second)

    _choose(program, 0, "branch")
    _shown(program, second[:1])
    program.find("conversation", "Hello (branch)")
    program.press("toast-action")
    _shown(program, second)

    program.key("ctrl+f")
    program.wait_for_focus("find")
    program.type("hello")
    wait_for(lambda: " of " in program.find("find-count").name, "a count", also=program.describe)
    program.keep_picture("seen-find")
    program.key("Escape")
    program.wait_until_gone("find")

    program.close()
    program.start()
    program.press("conversation", "Hello")
    _shown(program, second)
    program.press("previous-variant")
    _shown(program, first)
