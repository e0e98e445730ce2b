"""The real machine: commands that fail, libraries that are there, and the terminal's progress line."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from setup_skald import lock
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host


class Terminal(io.StringIO):
    """A stream that rewrites lines."""

    def isatty(self) -> bool:
        return True


def test_a_followed_command_hands_over_each_line(tmp_path: Path) -> None:
    lines: list[str] = []
    log = tmp_path / "log"
    Host().follow([sys.executable, "-c", "print('one'); print('two')"], lines.append, log=log)
    assert lines == ["one", "two"]
    assert log.read_text(encoding="utf-8") == "one\ntwo\n"


def test_a_followed_command_that_fails_tells_its_last_lines(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no room'); raise SystemExit(3)"]
    with pytest.raises(SetupError, match="no room") as raised:
        Host().follow(command, lambda _: None, log=tmp_path / "log")
    assert "code 3" in raised.value.text
    assert str(tmp_path / "log") in raised.value.remedy


def test_a_command_that_is_not_there_is_told() -> None:
    with pytest.raises(SetupError, match="cannot be started"):
        Host().follow(["no-such-command-here"], lambda _: None)
    assert Host().ask(["no-such-command-here"]).code == 127


def test_shared_libraries_are_asked_of_the_loader() -> None:
    assert Host().is_loadable("libc.so.6")
    assert not Host().is_loadable("libno-such-library.so.1")


def test_the_system_is_told() -> None:
    assert Host().machine
    glibc = Host().glibc
    assert glibc is not None
    assert glibc >= (2, 17)


def test_free_bytes_of_a_folder_that_is_yet_to_be_made(tmp_path: Path) -> None:
    assert Host().free_bytes(tmp_path / "not" / "yet") > 0


def test_progress_rewrites_its_line_on_a_terminal() -> None:
    terminal = Terminal()
    console = Console(terminal)
    console.progress("a long line")
    console.progress("short")
    console.say("done")
    assert terminal.getvalue() == "\ra long line\rshort      \r     \rdone\n"


def test_progress_is_sparse_in_a_file() -> None:
    stream = io.StringIO()
    console = Console(stream)
    console.progress("first")
    console.progress("at once after it")
    assert stream.getvalue() == "first\n"


def test_a_lock_is_let_go_at_the_end(tmp_path: Path) -> None:
    stream = io.StringIO()
    for _ in range(2):
        with lock.held(tmp_path / "folder" / "lock", Console(stream)):
            assert (tmp_path / "folder" / "lock").exists()
    assert stream.getvalue() == ""
