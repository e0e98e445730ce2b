"""Skald without a screen, and without any network."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.acceptance import processes
from tests.acceptance.desktop import Desktop
from tests.acceptance.program import REPOSITORY, Program, command, environment

pytestmark = pytest.mark.acceptance
ISOLATED = ("unshare", "--net", "--map-current-user")
ISOLATED_AS_ROOT = ("unshare", "--net")
ANSWER_WITHIN_S = 120


def test_without_a_display_one_line_says_so(desktop: Desktop, tmp_path: Path) -> None:
    without = {
        name: value for name, value in environment(desktop).items() if name not in ("DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        command("--data-dir", tmp_path), env=without, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("skald: ")
    assert "skald chat" in done.stderr


def test_with_a_dead_display_one_line_says_so(desktop: Desktop, tmp_path: Path) -> None:
    dead = environment(desktop) | {"DISPLAY": ":4711"}
    done = subprocess.run(
        command("--data-dir", tmp_path), env=dead, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("skald: ")


def test_the_window_answers_without_any_network(program: Program) -> None:
    program.prefix = _without_network()
    program.start()
    if program.prefix:
        assert _interfaces_of(program.pid) <= {"lo"}
    program.say("Hello")
    assert program.hear().strip()
    assert [place for one in processes.family(program.pid) for place in one.net_connections("inet")] == []


def test_skald_chat_answers_without_any_network(desktop: Desktop, tmp_path: Path) -> None:
    line = [*_without_network(), *command("--data-dir", tmp_path, "chat", "-p", "Hello", "--json")]
    done = subprocess.run(
        line, env=environment(desktop), capture_output=True, text=True, timeout=ANSWER_WITHIN_S, check=False
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(event) for event in done.stdout.splitlines()]
    assert events[-1]["type"] == "finished"
    assert events[-1]["reason"] == "stop"
    assert "".join(event["text"] for event in events if event["type"] == "delta").strip()


def _without_network() -> tuple[str, ...]:
    """Returns the words that put a program into a network namespace of its own; none where the kernel forbids it."""
    if shutil.which("unshare") is None:
        return ()
    for prefix in (ISOLATED_AS_ROOT, ISOLATED):
        tried = subprocess.run([*prefix, "true"], capture_output=True, timeout=20, check=False, cwd=REPOSITORY)
        if tried.returncode == 0:
            return prefix
    return ()


def _interfaces_of(pid: int) -> set[str]:
    """Returns the network interfaces that a process sees."""
    lines = Path(f"/proc/{pid}/net/dev").read_text(encoding="ascii").splitlines()[2:]
    return {line.split(":")[0].strip() for line in lines}
