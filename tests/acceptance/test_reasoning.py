"""What a model thinks before it answers runs by, is folded away with its time, and opens where it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from tests.acceptance import endless_model
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for
from tests.gguf_files import CHATML, write_scripted

pytestmark = pytest.mark.acceptance

OPENING: Final = CHATML.replace("assistant\n'}}", "assistant\n<think>\n'}}")
SWITCH: Final = "{# <think> #}" + CHATML.replace(
    "assistant\n'}}{% endif %}",
    "assistant\n'}}{% if enable_thinking is false %}{{'<think>\n\n</think>\n'}}{% endif %}{% endif %}",
)
THOUGHT: Final = (
    "The person wants to know which plants like shade. ",
    "Ferns do, and so do hostas. ",
    "Ivy grows nearly anywhere.\n\n",
    "先想一想：要不要提到苔藓？",
    " Moss is worth a word, too.",
)
ANSWER: Final = ("**Ferns**, hostas", " and ivy all like shade.\n\n", "- Moss covers the ground", "\n- 苔藓也喜欢阴凉")


def _thinker(folder: Path) -> Path:
    pieces = [text.encode() for text in ("<think>", *THOUGHT, "</think>", *ANSWER)]
    return write_scripted(folder / "Thinker.gguf", pieces, template=SWITCH)


def test_reasoning_is_folded_and_opens(program: Program, tmp_path: Path) -> None:
    program.start(_thinker(tmp_path))
    program.say("Plants")
    assert program.hear().startswith("**Ferns**, hostas and ivy")
    folded = program.find("reasoning")
    assert folded.name.startswith("Thought for ")
    assert not program.all_of("reasoning-text")
    program.keep_picture("seen-reasoning-folded")

    program.click("reasoning")
    assert program.find("reasoning-text").text().split() == "".join(THOUGHT).split()
    program.keep_picture("seen-reasoning")
    program.key("Return")
    program.wait_until_gone("reasoning-text")
    program.key("space")
    program.find("reasoning-text")

    program.close()
    program.start()
    program.press("conversation", "Plants")
    assert program.find("reasoning").name == folded.name
    assert not program.all_of("reasoning-text")


def test_reasoning_in_the_dark_and_in_chinese(program: Program, tmp_path: Path) -> None:
    program.language = "zh_CN.UTF-8"
    settings = program.data_folder / "config" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"theme": "dark"}', encoding="utf-8")
    program.start(_thinker(tmp_path))
    program.say("Plants")
    program.hear()
    assert program.find("reasoning").name.startswith("思考了")
    program.press("reasoning")
    program.find("reasoning-text")
    program.press("toggle-inspector")
    program.find("thinking", "先思考再回答")
    program.keep_picture("seen-reasoning-dark-chinese")


def test_thinking_is_switched_in_the_inspector(program: Program, tmp_path: Path) -> None:
    program.start(_thinker(tmp_path))
    program.find("send")
    program.press("toggle-inspector")
    switch = program.find("thinking")
    assert "checked" in switch.states
    switch.press()
    wait_for(lambda: "checked" not in program.find("thinking").states, "a switch that is off")
    program.find("thinking-budget-box")
    program.keep_picture("seen-thinking-switch")


def test_a_model_that_thinks_is_stopped_and_goes_on(program: Program, tmp_path: Path) -> None:
    program.start(endless_model.write(tmp_path / f"{endless_model.NAME}.gguf", OPENING))
    program.say("Recite")
    program.find("reasoning", "Thinking…")
    text = wait_for(lambda: program.find("reasoning-text").text(), "running thoughts")
    assert endless_model.is_recited(text)
    program.keep_picture("seen-thinking")
    program.press("stop")
    program.wait_until_gone("stop")
    assert program.find("reasoning").name.startswith("Thought for ")
    program.wait_until_gone("reasoning-text")

    program.press("continue")
    program.find("reasoning", "Thinking…")
    program.press("stop")
    program.wait_until_gone("stop")
    program.press("reasoning")
    assert endless_model.is_recited(program.find("reasoning-text").text())
