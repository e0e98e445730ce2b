"""Presets and snippets from outside: chosen and taken back, saved over a restart, put into a message by ``/``."""

from __future__ import annotations

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def _has_prompt(program: Program, beginning: str) -> bool:
    found = program.find("system-prompt").text()
    return found.startswith(beginning) if beginning else found == ""


def test_a_preset_is_chosen_taken_back_and_saved(program: Program) -> None:
    program.start()
    program.key("ctrl+i")
    program.press("preset-picker")
    program.press("preset-choice", "Proofreader")
    wait_for(lambda: _has_prompt(program, "Correct the text"), "the preset's prompt", also=program.describe)
    program.press("toast-action")
    wait_for(lambda: _has_prompt(program, ""), "no prompt", also=program.describe)

    program.click("system-prompt")
    program.wait_for_focus("system-prompt")
    program.type("Rhyme.")
    program.press("preset-picker")
    program.press("save-preset")
    program.wait_for_focus("preset-name")
    program.type("Poet")
    program.key("Return")
    program.wait_until_gone("preset-name")

    program.close()
    program.start()
    program.press("preset-picker")
    program.press("preset-choice", "Poet")
    wait_for(lambda: _has_prompt(program, "Rhyme."), "the saved prompt", also=program.describe)


def test_a_snippet_is_written_and_put_in(program: Program) -> None:
    program.start()
    program.key("ctrl+comma")
    program.press("go-to-preset-settings")
    program.press("snippet-add")
    program.wait_for_focus("snippet-name")
    program.type("Letter")
    program.find("snippet-text").set_text("Dear {{cursor}},\nyours")
    program.press("snippet-save")
    program.find("snippet-line", "Letter")
    program.key("ctrl+comma")
    program.wait_for_focus("composer")

    program.type("/")
    program.find("snippet", "Letter")
    program.type("let")
    program.key("Return")
    program.type("Ada")
    program.key("Return")
    program.wait_for_message("You: Dear Ada,\nyours")
