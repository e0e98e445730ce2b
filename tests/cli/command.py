"""Runs the real command `skald` in processes of its own, against a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app import __file__ as package_file

PATIENCE_S = 60


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; a line that is not a JSON object fails the test."""
        found = [json.loads(line) for line in self.stdout.splitlines()]
        assert all(isinstance(record, dict) for record in found)
        return found


class Skald:
    """The command with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(Path(package_file).parents[1]),
            "SKALD_HOME": str(home),
            "LANG": "en_US.UTF-8",
            "LC_ALL": "",
            "PYTHONWARNINGS": "error",
        }

    def command(self, *arguments: str | Path) -> list[str]:
        """Returns the command line as a list."""
        return [sys.executable, "-P", "-m", "app", *map(str, arguments)]

    def __call__(
        self,
        *arguments: str | Path,
        stdin: str = "",
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Runs one command to its end."""
        done = subprocess.run(
            [*prefix, *self.command(*arguments)],
            input=stdin.encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            env={**self.environment, **(environment or {})},
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str | Path) -> Running:
        """Starts a command and returns while it runs."""
        return Running(
            subprocess.Popen(
                self.command(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.environment,
            )
        )


class Running:
    """A command that still runs; its JSON lines are read one by one."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    @property
    def _stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def record(self) -> dict[str, Any]:
        """Returns the next JSON line."""
        line = self._stdout.readline()
        assert line, self.process.stderr.read() if self.process.stderr else ""
        found: dict[str, Any] = json.loads(line)
        return found

    def deltas(self, count: int) -> str:
        """Returns the text of the next ``count`` pieces of the reply."""
        text = ""
        while count:
            record = self.record()
            if record["type"] == "delta":
                text += record["text"]
                count -= 1
        return text

    def end(self) -> Outcome:
        """Waits for the end and returns what was not read yet."""
        stdout, stderr = self.process.communicate(timeout=PATIENCE_S)
        return Outcome(self.process.returncode, stdout.decode(), stderr.decode())
