"""From outside: what was said in the window goes to a file and into another home, and a backup brings it back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.accessibility import AccessibilityBus
from tests.acceptance.desktop import Desktop
from tests.acceptance.program import Program, command, environment
from tests.acceptance.waiting import wait_for
from tests.exchange import samples

pytestmark = pytest.mark.acceptance


def _skald(program: Program, *arguments: str | Path) -> None:
    line = command("--data-dir", program.data_folder, "conversations", *arguments)
    subprocess.run(line, env=environment(program.desktop), check=True, capture_output=True, timeout=60)


def _titles(program: Program) -> list[str]:
    return [row.name for row in program.all_of("conversation")]


def test_into_another_home(program: Program, desktop: Desktop, bus: AccessibilityBus, tmp_path: Path) -> None:
    program.start()
    program.say("Hello")
    reply = program.hear()
    program.close()
    ours, theirs = tmp_path / "all.jsonl", tmp_path / "conversations.json"
    theirs.write_text(json.dumps(samples.chatgpt()), encoding="utf-8")
    _skald(program, "export", "--all", "-o", ours)

    other = Program(desktop, bus, tmp_path / "other")
    _skald(other, "import", ours, theirs)
    _skald(other, "import", ours)
    other.start()
    try:
        wait_for(lambda: _titles(other) == ["Hello", "Greeting"], "both conversations, once", also=other.describe)
        other.press("conversation", "Hello")
        wait_for(
            lambda: any(reply in message for message in other.messages()), "the reply as it was", also=other.describe
        )
        other.press("conversation", "Greeting")
        wait_for(lambda: "You: Thanks" in other.messages(), "the other program's", also=other.describe)
        assert any("Second." in message for message in other.messages())
        other.keep_picture("imported")
    finally:
        other.end()


def test_a_backup_is_restored(program: Program) -> None:
    program.start()
    program.say("Hello")
    program.hear()
    _skald(program, "backup")
    program.key("ctrl+n")
    wait_for(lambda: program.messages() == [], "an empty transcript", also=program.describe)
    program.say("Who are you?")
    program.hear()
    program.key("ctrl+comma")
    program.find("page-settings")

    def scrolled_to_it() -> bool:
        program.click("page-settings", button=5)
        return bool(program.all_of("restore-backup"))

    wait_for(scrolled_to_it, "the list of backups", also=program.describe)
    program.press("restore-backup")
    program.wait_until_gone("conversation", "Who are you?")
    program.find("conversation", "Hello")
    assert "was restored" in program.find("toast").name
    program.press("toast-action")
    program.find("conversation", "Who are you?")
    program.keep_picture("restored")
