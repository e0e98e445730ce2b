"""A second start from outside: the first window takes over, and nothing else stays."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.acceptance.program import Program, command, environment
from tests.acceptance.waiting import wait_for
from tests.gguf_files import write_llama

pytestmark = pytest.mark.acceptance
ENDS_WITHIN_S = 60


def start_again(program: Program, *arguments: str | Path) -> int:
    """Starts the program a second time on the same data folder and returns its exit code."""
    line = command("--data-dir", program.data_folder, *arguments)
    return subprocess.run(line, env=environment(program.desktop), timeout=ENDS_WITHIN_S, check=False).returncode


def test_a_second_start_raises_the_window_and_passes_its_file(program: Program, tmp_path: Path) -> None:
    program.start()
    write_llama(tmp_path / "second.gguf")
    (window,) = program.desktop.windows_of(program.pid)
    program.desktop.xdotool("windowminimize", "--sync", window)
    assert start_again(program, tmp_path / "second.gguf") == 0
    wait_for(lambda: program.desktop.windows_of(program.pid) == [window], "the window again")
    wait_for(lambda: "second" in program.find("conversation-subtitle").name, "the model", also=program.describe)


def test_a_killed_window_does_not_stop_the_next_one(program: Program) -> None:
    program.start()
    program.kill()
    program.start()
    assert start_again(program) == 0
    program.close()
