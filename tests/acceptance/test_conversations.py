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


def test_a_search_finds_what_was_said_and_jumps_to_it(program: Program) -> None:
    program.start()
    _begin(program, "What is a token?")
    for number in range(6):
        program.say(f"Tell me more, please, and let it be number {number}.")
        program.hear()
    _begin(program, "Hello")

    program.key("ctrl+k")
    program.wait_for_focus("search")
    program.type("A TOKEN")
    wait_for(lambda: _hits(program) == ["What is a token?"], "the one that fits", also=program.describe)
    program.key("Down", "Return")
    wait_for(lambda: "You: What is a token?" in program.messages(), "the place of the hit", also=program.describe)
    assert program.find("conversation-title").name == "What is a token?"
    program.keep_picture("search-hit")

    program.key("ctrl+k")
    program.find("search").set_text("numb")
    wait_for(lambda: _hits(program) == ["What is a token?"], "a part of a word", also=program.describe)
    program.find("search").set_text("")
    wait_for(lambda: len(_titles(program)) == 2, "both of them again", also=program.describe)


def _hits(program: Program) -> list[str]:
    return [row.name for row in program.all_of("search-hit")]


def test_conversations_are_put_into_folders_and_out_of_sight(program: Program) -> None:
    program.start()
    _begin(program, "Hello")
    _begin(program, "Who are you?")
    program.click("conversation", "Hello", button=3)
    program.press("folder")
    program.press("new-folder")
    program.wait_for_focus("folder-name")
    program.type("Travel")
    program.key("Return")
    program.wait_until_gone("folder-name")

    program.press("place")
    program.press("option", "Travel")
    wait_for(lambda: _titles(program) == ["Hello"], "the folder", also=program.describe)
    program.press("place-actions")
    program.press("delete-folder")
    wait_for(lambda: len(_titles(program)) == 2, "all of them", also=program.describe)
    program.press("toast-action")
    program.press("place")
    program.press("option", "Travel")
    wait_for(lambda: _titles(program) == ["Hello"], "the folder again", also=program.describe)

    program.click("conversation", "Hello", button=3)
    program.press("archive")
    program.wait_until_gone("conversation", "Hello")
    program.close()
    program.start()
    program.find("conversation", "Who are you?")
    program.press("place")
    program.press("option", "Archive")
    program.find("conversation", "Hello")


def test_a_temporary_conversation_leaves_nothing(program: Program) -> None:
    program.start()
    program.press("temporary")
    program.find("temporary-mark")
    program.say("An unwritten question")
    program.hear()
    program.close()
    files = [path for path in program.data_folder.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if b"unwritten question" in path.read_bytes()] == []
    program.start()
    assert _titles(program) == []
