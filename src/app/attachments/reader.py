"""The parent's side: one child process a file, bounded in time, memory and what it may say."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

import psutil

from app.attachments.limits import Limits
from app.domain.attachments import AttachmentKind, AttachmentPart
from app.domain.errors import (
    AppError,
    AttachmentDamaged,
    AttachmentProblem,
    AttachmentTooHeavy,
    AttachmentTooLong,
    AttachmentTooSlow,
    known_errors,
)

LOOK_EVERY_S: Final = 0.1
LONGEST_ESCAPE: Final = 12
"""Bytes of JSON for one character of text at most: two ``\\uXXXX`` for one beyond the first plane."""
MOST_ELSE: Final = 65_536
"""Bytes that a child may say besides the text."""


def host_command() -> list[str]:
    """Returns the command that starts a child; a frozen program starts itself with its own verb."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--attachment-host"]
    return [sys.executable, "-P", "-m", "app.attachments.host"]


def read_attachment(
    path: Path,
    on_progress: Callable[[float], None] = lambda _fraction: None,
    cancelled: threading.Event | None = None,
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
) -> AttachmentPart | None:
    """Reads a file in a child process and returns it as text; None when ``cancelled`` was set meanwhile.

    ``on_progress`` is told fractions of the work, in the thread that calls. Raises AttachmentProblem.
    """
    try:
        answer = _Reading(path, limits, cancelled or threading.Event()).answer(on_progress)
        return None if answer is None else _part(path.name, answer)
    except AttachmentProblem as error:
        values: dict[str, object] = {"limit": f"{limits.characters:,}", **error.values, "name": path.name}
        raise type(error)(**values) from error


class _Reading:
    """One child while it runs, and why it was ended if it was."""

    def __init__(self, path: Path, limits: Limits, cancelled: threading.Event) -> None:
        self._path = path
        self._limits = limits
        self._cancelled = cancelled
        self._over = threading.Event()
        self._ended: AppError | None = None

    def answer(self, on_progress: Callable[[float], None]) -> dict[str, Any] | None:
        """Returns the child's last line, None when cancelled. Raises AttachmentProblem."""
        if self._cancelled.is_set():
            return None
        child = subprocess.Popen(
            host_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            **_detached(),
        )
        guard = threading.Thread(target=self._guard, args=(child,), name="attachment-guard", daemon=True)
        guard.start()
        try:
            with child:
                assert child.stdin is not None
                assert child.stdout is not None
                self._command(child.stdin)
                found = self._receive(child.stdout, on_progress)
                child.kill()
        finally:
            self._over.set()
            guard.join()
        if self._ended is not None:
            raise self._ended
        if found is None and not self._cancelled.is_set():
            raise AttachmentDamaged(reason=f"{child.returncode}")
        return found

    def _command(self, stream: IO[bytes]) -> None:
        command = {"path": str(self._path.absolute()), "limits": asdict(self._limits)}
        with contextlib.suppress(OSError):  # a child that is gone already says nothing, and that is told
            stream.write(json.dumps(command).encode("ascii") + b"\n")
            stream.close()

    def _receive(self, stream: IO[bytes], on_progress: Callable[[float], None]) -> dict[str, Any] | None:
        left = LONGEST_ESCAPE * self._limits.characters + MOST_ELSE
        while line := stream.readline(left + 1):
            left -= len(line)
            if left < 0:
                raise AttachmentTooLong
            said = _said(line)
            if "progress" not in said:
                return said
            on_progress(float(said["progress"]))
        return None

    def _guard(self, child: subprocess.Popen[bytes]) -> None:
        """Ends the child when it is told to, or when it takes more time or memory than it may."""
        end_by = time.monotonic() + self._limits.seconds
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(child.pid)
            while not self._over.wait(LOOK_EVERY_S):
                if time.monotonic() >= end_by:
                    self._ended = AttachmentTooSlow(seconds=f"{self._limits.seconds:g}")
                elif process.memory_info().rss > self._limits.memory:
                    self._ended = AttachmentTooHeavy()
                if self._ended or self._cancelled.is_set():
                    child.kill()
                    return


def _said(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise AttachmentDamaged(reason="?") from error
    if not isinstance(said, dict):
        raise AttachmentDamaged(reason="?")
    return said


def _part(name: str, answer: dict[str, Any]) -> AttachmentPart:
    """Returns what the child found; it read a file that nobody vouches for, so what it says is checked as well."""
    try:
        if "error" in answer:
            kind = known_errors().get(str(answer["error"]), AttachmentDamaged)
            problem = kind if issubclass(kind, AttachmentProblem) else AttachmentDamaged
            raise problem(**{str(key): str(value)[:200] for key, value in dict(answer["values"]).items()})
        return AttachmentPart(
            name,
            str(answer["text"]),
            AttachmentKind(answer["kind"]),
            str(answer["language"]),
            int(answer["size"]),
            str(answer["sha256"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AttachmentDamaged(reason=type(error).__name__) from error


def _environment() -> dict[str, str]:
    """Returns the child's environment: ``app`` is found as it was here."""
    source = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([source, others]) if others else source}


def _detached() -> dict[str, Any]:
    """Returns what keeps the terminal's Ctrl+C and, on Windows, a console window away from the child."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
