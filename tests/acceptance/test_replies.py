"""A reply that is stopped, or whose window or engine is killed: what was written stays, and one button goes on."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest
from tests.acceptance.endless_model import NAME, is_recited
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance
SPEAKER = f"{NAME}: "
A_FEW = 8
SAVED_WITHIN_S = 1.0
"""What was seen so long ago is on disk."""


def test_a_reply_streams_and_is_stopped(program: Program, endless: Path) -> None:
    program.start(endless)
    program.say("Recite")
    first = _recited(program, A_FEW)
    second = _recited(program, len(first))
    assert second.startswith(first), "a reply that streams only grows"

    program.press("stop")
    stopped = _stopped(program)
    assert stopped.startswith(second)
    assert any("stopped" in one.name for one in program.controls())
    program.find("continue")


def test_escape_stops_a_reply(program: Program, endless: Path) -> None:
    program.start(endless)
    program.say("Recite")
    seen = _recited(program, A_FEW)
    program.key("Escape")
    assert _stopped(program).startswith(seen)


def test_a_killed_window_loses_nothing_and_goes_on(program: Program, endless: Path) -> None:
    program.start(endless)
    program.say("Recite")
    saved = _recited(program, A_FEW)
    seen_at = time.monotonic()
    wait_for(lambda: time.monotonic() - seen_at >= SAVED_WITHIN_S, "the second after which all is saved")
    engine = program.engine()
    assert engine is not None
    program.kill()
    wait_for(lambda: not _lives(engine), "the engine process to notice that its window is gone")

    program.start()
    program.press("conversation", "Recite")
    program.find("continue")
    assert program.messages()[0] == "You: Recite"
    kept = _recited(program)
    program.keep_picture("seen-interrupted")
    assert kept.startswith(saved)

    program.press("continue")
    longer = _recited(program, len(kept) + A_FEW)
    assert longer.startswith(kept)
    program.press("stop")
    assert _stopped(program).startswith(longer)
    assert program.messages()[0] == "You: Recite"


def test_a_killed_engine_leaves_the_window_and_the_words(program: Program, endless: Path) -> None:
    program.start(endless)
    program.say("Recite")
    seen = _recited(program, A_FEW)
    engine = program.engine()
    assert engine is not None
    engine.kill()

    program.find("continue")
    kept = _stopped(program)
    assert kept.startswith(seen)
    program.keep_picture("seen-engine-died")
    names = [one.name for one in program.controls()]
    assert any("The engine stopped unexpectedly" in name for name in names)
    assert names.count("Continue") + names.count("Retry") == 1

    program.press("continue")
    program.find("stop")
    longer = _recited(program, len(kept) + A_FEW)
    assert longer.startswith(kept)
    program.press("stop")
    assert _stopped(program).startswith(longer)

    program.press("regenerate")
    program.find("stop")
    _recited(program, A_FEW)
    program.press("stop")
    _stopped(program)
    program.find("previous-variant")


def test_a_reply_is_copied_and_another_one_stands_beside_it(program: Program) -> None:
    program.start()
    program.say("Hello")
    first = program.hear()
    program.key("ctrl+shift+c")
    program.find("toast")
    program.key("ctrl+v")
    wait_for(lambda: program.find("composer").text() == first, "the reply in the message box", also=program.describe)

    program.press("regenerate")
    program.find("previous-variant")
    second = program.hear()
    assert second.strip()
    assert len(program.messages()) == 2
    program.press("previous-variant")
    wait_for(lambda: program.messages()[-1].endswith(first), "the first reply again", also=program.describe)


def _recited(program: Program, more_than: int = 0) -> str:
    """Waits for a reply with more than so many letters, each of them right; returns them."""
    found = program.wait_for_message(SPEAKER, lambda text: is_recited(text) and len(text) > more_than)
    return found.removeprefix(SPEAKER)


def _stopped(program: Program) -> str:
    """Waits for the end of the reply; returns its letters, each of them right."""
    letters = program.wait_for_end_of_reply().removeprefix(SPEAKER)
    assert is_recited(letters), letters
    return letters


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
