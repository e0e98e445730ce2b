"""A file that is attached with the button goes along with the message, and is still there at the next start."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.accessibility import Control
from tests.acceptance.program import Program, command, environment
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance
SECRET = "The key is under the mat."


def named(program: Program, name: str) -> Control:
    """Waits for a control of the file dialog, which is Qt's and has no object names of ours."""

    def look() -> Control | None:
        return next((one for one in program.controls() if one.name == name and "enabled" in one.states), None)

    return wait_for(look, f"“{name}”", also=program.describe)


def click(program: Program, name: str) -> None:
    x, y = named(program, name).rectangle().centre
    program.desktop.xdotool("mousemove", str(x), str(y), "click", "1")


def attach(program: Program, path: Path) -> None:
    """Chooses a file of the home folder in the dialog that the button opens."""
    program.click("attach")
    click(program, "Home")
    click(program, path.name)
    click(program, "Open")
    program.find("attachment", path.name)


def stored(program: Program) -> list[dict[str, object]]:
    """Returns what the command line shows of the newest conversation."""

    def records(*arguments: str) -> list[dict[str, object]]:
        line = command("--data-dir", program.data_folder, "conversations", *arguments, "--json")
        done = subprocess.run(line, env=environment(program.desktop), capture_output=True, check=True)
        return [json.loads(record) for record in done.stdout.decode().splitlines()]

    return records("show", str(records("list")[0]["id"]))


def test_a_file_goes_along_with_the_message_and_stays(program: Program, endless: Path) -> None:
    path = program.desktop.home / "notes.txt"
    path.write_text(SECRET, "utf-8")
    program.start(endless)
    attach(program, path)
    program.keep_picture("attached")
    program.click("composer")
    program.say("Where is it?")
    program.wait_for_message("You: Where is it?", lambda rest: "Attached: notes.txt" in rest)
    program.press("stop")
    program.wait_for_end_of_reply()
    program.close()

    question, reply = stored(program)
    (part,) = question["attachments"] if isinstance(question["attachments"], list) else []
    assert (part["name"], part["text"]) == ("notes.txt", SECRET)
    usage = reply["usage"]
    assert isinstance(usage, dict)
    assert usage["prompt_tokens"] > len(SECRET), "this model reads each letter as a token"

    path.unlink()
    program.start()
    program.press("conversation", "Where is it?")
    program.press("attachment", "notes.txt")
    wait_for(lambda: program.find("attachment-text").text() == SECRET, "the text of the file", also=program.describe)
    program.keep_picture("attachment-text")
