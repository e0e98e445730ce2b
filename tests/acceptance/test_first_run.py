"""The first minute with Skald: a window, a message, an answer, all of it there the next time."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def test_the_first_message_is_answered_and_kept(program: Program) -> None:
    program.start()
    assert program.find("composer").name == "Message"
    program.find("starter-line")
    program.keep_picture("seen-first-start")

    program.say("Hello")
    assert program.wait_for_message("You: Hello") == "You: Hello"
    said = program.hear()
    assert said.strip()
    shown = ["You: Hello", program.speaker() + said]
    assert program.messages() == shown
    program.keep_picture("seen-first-reply")
    program.find("conversation", "Hello")
    assert "Context used" in program.find("context-gauge").name

    program.close()
    program.start()
    program.press("conversation", "Hello")
    wait_for(lambda: program.messages() == shown, "both messages again", also=program.describe)


def test_a_second_message_follows_in_the_same_conversation(program: Program) -> None:
    program.start()
    program.say("Hello")
    program.hear()
    program.say("What can you do?")
    program.wait_for_message("You: What can you do?")
    wait_for(lambda: len(program.messages()) == 4, "four messages", also=program.describe)
    program.wait_for_end_of_reply()

    speakers = [message.split(":")[0] for message in program.messages()]
    starter = program.speaker().split(":")[0]
    assert speakers == ["You", starter, "You", starter]
    assert [row.name for row in program.all_of("conversation")] == ["Hello"]


def test_nothing_is_written_outside_the_data_folder(program: Program) -> None:
    before = _files_at_home(program)
    program.start()
    program.say("Hello")
    program.hear()
    program.close()

    assert (program.data_folder / "data" / "skald.sqlite3").is_file()
    ours = {path for path in _files_at_home(program) - before if "skald" in path.lower()}
    assert ours == set()


def _files_at_home(program: Program) -> set[str]:
    home = program.desktop.home
    return {str(path.relative_to(home)) for path in home.rglob("*")}
