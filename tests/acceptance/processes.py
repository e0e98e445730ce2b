"""Child processes that never outlive the tests: each in its own session, ended with a deadline, then killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

PACKAGES: Final = "xvfb openbox xdotool dbus at-spi2-core"


class DesktopMissingError(RuntimeError):
    """Something that the acceptance tests stand on is not installed."""

    def __init__(self, missing: str, reason: str = "it was not found") -> None:
        super().__init__(
            f"The acceptance tests need {missing} ({reason}). "
            f"Install it: sudo apt-get install --no-install-recommends {PACKAGES}"
        )


def installed(program: str) -> str:
    """Returns the path of ``program``. Raises DesktopMissingError with the packages to install."""
    found = shutil.which(program)
    if found is None:
        raise DesktopMissingError(program)
    return found


def start(
    command: Sequence[str | Path], environment: dict[str, str], log: Path, pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Starts ``command`` in a session of its own; what it says on stderr goes to ``log``."""
    with log.open("ab") as sink:
        return subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            pass_fds=pass_fds,
            start_new_session=True,
        )


def family(pid: int) -> list[psutil.Process]:
    """Returns the process and all that it started, the children last."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def end(process: subprocess.Popen[bytes], patience: float = 5.0) -> int:
    """Ends a process and all that it started; kills what is left after ``patience`` seconds.

    Returns the exit status.
    """
    everyone = family(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    _, left = psutil.wait_procs(everyone, timeout=0.5)
    for survivor in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            survivor.kill()
    return process.wait(patience)
