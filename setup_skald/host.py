"""The machine as set-up sees it. Only this file asks the system or starts processes for it: tests replace it."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_skald import processor
from setup_skald.failure import SetupError

TAIL_LINES = 25
"""How many of a failed command's last lines are shown."""


@dataclass(frozen=True)
class Answer:
    """What a short command said."""

    code: int
    output: str


class Host:
    """The real machine."""

    @property
    def system(self) -> str:
        """``linux``, ``darwin`` or ``win32``."""
        return sys.platform

    @property
    def is_root(self) -> bool:
        """Whether packages can be installed without asking."""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    @property
    def python_version(self) -> tuple[int, int]:
        """The version of the interpreter that an environment would be made with."""
        return sys.version_info[:2]

    @property
    def machine(self) -> str:
        """The processor's architecture as the kernel names it, for example ``x86_64``."""
        return os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")

    @property
    def glibc(self) -> tuple[int, int] | None:
        """The version of the GNU C library, or None where there is another one."""
        try:
            name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
            major, minor = map(int, version.split(".")[:2])
        except (ValueError, OSError):
            return None
        return (major, minor) if name == "glibc" else None

    def which(self, name: str) -> str | None:
        """Returns where a command lies."""
        return shutil.which(name)

    def has_module(self, name: str) -> bool:
        """Whether this Python can import the module."""
        return importlib.util.find_spec(name) is not None

    def is_loadable(self, soname: str) -> bool:
        """Whether the dynamic loader finds a shared library and all that it needs."""
        try:
            ctypes.CDLL(soname)
        except OSError:
            return False
        return True

    def find(self, folder: str, patterns: Sequence[str]) -> bool:
        """Whether any file below ``folder`` has a name that fits one of the patterns."""
        place = Path(folder).expanduser()
        return any(next(place.rglob(pattern), None) is not None for pattern in patterns)

    def exists(self, path: str) -> bool:
        """Whether a file or folder exists."""
        return Path(path).expanduser().exists()

    def free_bytes(self, folder: Path) -> int:
        """Returns the free bytes of the disk that ``folder`` is or would be on."""
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def processor(self) -> str:
        """Returns text that tells this processor's instruction set from another's."""
        return processor.identity()

    def memory_bytes(self) -> int | None:
        """Returns the installed memory, or None where the system does not tell."""
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        except (AttributeError, ValueError, OSError):
            return None

    def cores(self) -> int:
        """Returns how many cores this process may use."""
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1

    def ask(self, command: Sequence[str], text: str = "") -> Answer:
        """Runs a short command, gives it ``text`` and returns what it said; code 127 where it cannot be started."""
        try:
            done = subprocess.run(
                command,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
        except OSError as error:
            return Answer(127, str(error))
        return Answer(done.returncode, done.stdout)

    def follow(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        *,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        """Runs a long command and hands over each line it prints; all of it goes to ``log`` too.

        Raises SetupError with the command's last lines when it fails.
        """
        tail: deque[str] = deque(maxlen=TAIL_LINES)
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env={**os.environ, **(environment or {})},
            )
        except OSError as error:
            raise SetupError(f"{command[0]} cannot be started: {error}.") from error
        with process, open(log or os.devnull, "w", encoding="utf-8") as record:
            assert process.stdout is not None
            for line in process.stdout:
                record.write(line)
                tail.append(line.rstrip())
                on_line(line.rstrip())
        if process.returncode:
            where = f" The whole output is in {log}." if log else ""
            raise SetupError("\n".join([*tail, f"`{' '.join(command)}` failed with code {process.returncode}."]), where)

    def run(self, command: Sequence[str], folder: Path) -> int:
        """Runs a command at this terminal, in ``folder``, and returns its exit code."""
        return subprocess.run(command, check=False, cwd=folder).returncode
