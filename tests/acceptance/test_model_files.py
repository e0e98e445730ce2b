"""Model files from outside: one that is opened by the command line, and one that is not a model file at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def test_a_model_file_of_the_command_line_answers(program: Program, endless: Path) -> None:
    program.start(endless)
    program.say("Hello")
    program.wait_for_message("Endless: abc")
    program.press("stop")
    program.wait_for_end_of_reply()
    assert endless.is_file(), "a file that is opened stays where it is"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"This is not a model.", "is not a GGUF model file"), (b"GGUF\x03\x00\x00\x00", "Download it again")],
)
def test_a_bad_file_is_a_sentence_and_the_starter_answers(program: Program, content: bytes, said: str) -> None:
    bad = program.data_folder.with_name("bad.gguf")
    bad.write_bytes(content)
    program.start(bad)
    wait_for(lambda: any(said in one.name for one in program.controls()), f"“{said}”", also=program.describe)

    program.say("Hello")
    assert program.hear().strip()
    assert bad.read_bytes() == content
