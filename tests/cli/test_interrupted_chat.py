"""A chat that is stopped, killed, or loses its engine in the middle of a reply keeps what it had."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from tests.acceptance.endless_model import is_recited
from tests.cli.command import PATIENCE_S, Running, Skald

from app import paths
from app.domain.messages import Message, MessageStatus, Role
from app.services.interruption import is_interrupted
from app.storage.conversations import ConversationStore
from app.storage.database import Database

SAVED_WITHIN_S = 1.0


@pytest.fixture
def talking(skald: Skald, endless: Path) -> Running:
    """A chat whose reply never ends."""
    return skald.start("chat", "--json", "-m", endless, "-p", "Go", "--temperature", "0")


def stored(skald: Skald) -> list[Message]:
    """Returns the messages of the only conversation."""
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        (conversation,) = store.list()
        return store.path(conversation.id)


def engine_of(running: Running) -> psutil.Process:
    (engine,) = psutil.Process(running.process.pid).children(recursive=True)
    return engine


def test_ctrl_c_stops_the_reply_and_keeps_it(skald: Skald, talking: Running) -> None:
    text = talking.deltas(5)
    talking.process.send_signal(signal.SIGINT)
    outcome = talking.end()
    assert outcome.code == 130
    assert outcome.records[-1]["reason"] == "cancelled"
    assert "Traceback" not in outcome.stderr
    text += "".join(record["text"] for record in outcome.records if record["type"] == "delta")
    question, answer = stored(skald)
    assert (question.text, answer.status, answer.text) == ("Go", MessageStatus.STOPPED, text)
    assert is_recited(text)


def test_ctrl_c_twice_ends_at_once(skald: Skald, talking: Running) -> None:
    talking.deltas(2)
    engine = engine_of(talking)
    engine.suspend()  # cannot obey
    talking.process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + 30
    while talking.process.poll() is None and time.monotonic() < deadline:
        talking.process.send_signal(signal.SIGINT)
        try:
            talking.process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
    outcome = talking.end()
    assert outcome.code == 130
    assert not engine.is_running()
    assert stored(skald)[1].status is MessageStatus.STOPPED


@pytest.mark.parametrize("moment", [0, 1, 2, 3, 5, 8, 13, 40])
def test_a_killed_chat_is_interrupted_and_loses_nothing_saved(skald: Skald, talking: Running, moment: int) -> None:
    talking.record()
    text, arrived = "", []
    for _ in range(moment):
        text += talking.deltas(1)
        arrived.append((time.monotonic(), len(text)))
    engine = engine_of(talking)
    killed = time.monotonic()
    talking.process.kill()
    outcome = talking.end()
    assert outcome.code == -signal.SIGKILL
    engine.wait(timeout=30)
    question, answer = stored(skald)
    assert (question.text, question.status) == ("Go", MessageStatus.COMPLETE)
    assert is_interrupted(answer)
    safe = max((length for when, length in arrived if killed - when > SAVED_WITHIN_S), default=0)
    assert len(answer.text) >= safe
    assert answer.text == "" or is_recited(answer.text)


@pytest.mark.parametrize("moment", [1, 2, 4, 10, 30])
def test_a_reply_outlives_its_engine(skald: Skald, talking: Running, moment: int) -> None:
    text = talking.deltas(moment)
    engine_of(talking).kill()
    outcome = talking.end()
    assert outcome.code == 1
    assert outcome.records[-1]["reason"] == "error"
    assert outcome.stderr.startswith("skald: The engine stopped unexpectedly")
    assert outcome.stderr.count("\n") == 1
    text += "".join(record["text"] for record in outcome.records if record["type"] == "delta")
    question, answer = stored(skald)
    assert question.text == "Go"
    assert (answer.status, answer.text) == (MessageStatus.ERROR, text)
    assert is_recited(text)


class Terminal:
    """A terminal with `skald chat` in it, seen through a pseudo-terminal."""

    def __init__(self, skald: Skald, *arguments: str | Path) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            skald.command("chat", *arguments),
            stdin=theirs, stdout=theirs, stderr=theirs, env={**skald.environment, "TERM": "dumb"},
            start_new_session=True, preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def wait_for(self, text: str) -> None:
        """Reads until ``text`` is there, and forgets all up to it."""
        assert self._comes(text, PATIENCE_S), self.seen
        self.seen = self.seen.split(text, 1)[1]

    def interrupt_prompt(self, text: str) -> None:
        """Presses Ctrl+C until ``text`` answers.

        More than once, because Python misses a signal between showing its prompt and waiting for keys.
        """
        for _ in range(20):
            self.type("\x03")
            if self._comes(text, 1.0):
                break
        self.wait_for(text)

    def _comes(self, text: str, within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while text not in self.seen:
            ready, _, _ = select.select([self._ours], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                return False
            self.seen += os.read(self._ours, 4096).decode("utf-8", "replace")
        return True

    def end(self) -> int:
        """Waits for the end; what is still written is read meanwhile."""
        try:
            while piece := os.read(self._ours, 4096):
                self.seen += piece.decode("utf-8", "replace")
        except OSError:
            pass  # EIO: the other side is closed
        os.close(self._ours)
        return self.process.wait(timeout=30)


def _take_terminal() -> None:
    """Gives the process its terminal, and Ctrl+C back where the tests run in the background, which ignores it."""
    import fcntl
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_talking_at_the_prompt(skald: Skald, endless: Path) -> None:
    terminal = Terminal(skald, "-m", endless, "--temperature", "0")
    terminal.wait_for("endless is ready.")
    terminal.wait_for("> ")
    terminal.type("Go\n")
    terminal.wait_for("abcdefg")
    terminal.type("\x03")
    terminal.wait_for("\n> ")
    terminal.interrupt_prompt("Ctrl+D ends.")
    terminal.type("Again\n")
    terminal.wait_for("abcdefg")
    terminal.type("\x03")
    terminal.wait_for("\n> ")
    terminal.type("\x04")
    assert terminal.end() == 0
    assert "Traceback" not in terminal.seen
    told = [(message.role, message.status) for message in stored(skald)]
    assert told == [(Role.USER, MessageStatus.COMPLETE), (Role.ASSISTANT, MessageStatus.STOPPED)] * 2
