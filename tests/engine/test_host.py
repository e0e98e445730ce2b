"""The engine process by itself: it ends with the program that started it, and talks on its own pipe only."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from app.domain.generation import GenerationRequest, PromptMessage, PromptProgress, SamplingParameters
from app.domain.language_model import LoadRequest
from app.engine import wire
from app.engine.process import _environment, host_command

WITHIN_S = 20


class Host:
    """A host that is spoken to without a client."""

    def __init__(self, log: IO[bytes]) -> None:
        self.popen = subprocess.Popen(
            host_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=_environment()
        )

    def send(self, command: wire.Command) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write(wire.encode(command))
        self.popen.stdin.flush()

    def receive(self) -> wire.Command | wire.Event | None:
        assert self.popen.stdout is not None
        return wire.read_from(self.popen.stdout)

    def load(self, path: Path) -> None:
        self.send(wire.Load(LoadRequest(str(path), "m"), n_threads=1, memory_available=1 << 40))
        while not isinstance(self.receive(), wire.Loaded):
            pass


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host with nothing loaded."""
    with (tmp_path / "log").open("wb") as log:
        running = Host(log)
        yield running
        running.popen.kill()
        for stream in (running.popen.stdin, running.popen.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        running.popen.wait()


def test_it_ends_when_its_input_does(host: Host) -> None:
    assert host.popen.stdin is not None
    host.popen.stdin.close()
    assert host.popen.wait(WITHIN_S) == 0


def test_it_ends_in_the_middle_of_a_decode_when_its_input_does(host: Host, slow_model: Path) -> None:
    host.load(slow_model)
    message = PromptMessage("user", "word " * 700)
    host.send(wire.Generate(GenerationRequest("1", (message,), SamplingParameters())))
    while not isinstance(host.receive(), PromptProgress):
        pass
    assert host.popen.stdin is not None
    host.popen.stdin.close()
    assert host.popen.wait(WITHIN_S) == 0


def test_it_quits_when_told(host: Host, random_model: Path) -> None:
    host.load(random_model)
    host.send(wire.Quit())
    assert host.popen.wait(WITHIN_S) == 0


def test_what_it_is_to_forget_before_there_is_anything_is_no_matter(host: Host, random_model: Path) -> None:
    host.send(wire.Forget("a"))
    host.load(random_model)
    host.send(wire.Forget("a"))
    host.send(wire.Quit())
    assert host.popen.wait(WITHIN_S) == 0


def test_it_dies_of_nonsense_and_says_so(host: Host, tmp_path: Path) -> None:
    assert host.popen.stdin is not None
    host.popen.stdin.write(b"nonsense\n")
    host.popen.stdin.flush()
    assert host.popen.wait(WITHIN_S) != 0
    assert "ProtocolError" in (tmp_path / "log").read_text()
