"""What a person sees: the dark theme on the very screen, and the window in Chinese."""

from __future__ import annotations

import json

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance
DARK = 70
LIGHT = 180


def _brightness(program: Program) -> float:
    place = program.find("transcript").rectangle()
    return program.desktop.picture().brightness(place.x, place.y, place.width, place.height)


def test_the_dark_theme_is_dark_and_stays(program: Program) -> None:
    program.start()
    program.press("open-settings")
    _choose(program, "theme", "Light")
    program.press("close-page")
    wait_for(lambda: _brightness(program) > LIGHT, "a light transcript")

    program.press("open-settings")
    _choose(program, "theme", "Dark")
    program.press("close-page")
    wait_for(lambda: _brightness(program) < DARK, "a dark transcript")

    program.close()
    program.start()
    wait_for(lambda: _brightness(program) < DARK, "a dark transcript after a new start")
    program.keep_picture("seen-dark")
    kept = json.loads((program.data_folder / "config" / "settings.json").read_text(encoding="utf-8"))
    assert kept["theme"] == "dark"


def test_the_window_speaks_chinese(program: Program) -> None:
    program.language = "zh_CN.UTF-8"
    program.start()
    assert program.find("new-conversation").name == "新对话"
    composer = program.find("composer")
    composer.set_text("你好，你是谁？")
    program.press("send")
    assert program.wait_for_message("你: ") == "你: 你好，你是谁？"
    assert program.hear().strip()
    program.find("conversation", "你好，你是谁？")
    program.keep_picture("seen-chinese")


def test_the_language_changes_without_a_new_start(program: Program) -> None:
    program.start()
    program.press("open-settings")
    _choose(program, "language", "简体中文")
    program.find("new-conversation", "新对话")


def _choose(program: Program, choice: str, option: str) -> None:
    program.press(choice)
    program.press("option", option)
    program.wait_until_gone("option", option)
