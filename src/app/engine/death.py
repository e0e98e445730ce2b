"""Tells how an engine process ended: from its exit status, its log, and the kernel's count of processes it killed."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path
from typing import Final

from app.domain.errors import EngineAborted, EngineCrashed, EngineDied, EngineKilled, EngineOutOfMemory
from app.engine import wire

LOG_LINES: Final = 12
_LONGEST_REASON: Final = 300
_FATAL: Final = "Fatal Python error: "
"""Begins what `faulthandler` adds: the stacks of Python, which tell nothing of llama.cpp."""

_CRASHES: Final = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGSYS")
_NTSTATUS_ERROR: Final = 0xC0000000
"""Windows: an exit status from here on is the code of an unhandled exception."""

_KILLED: Final = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


def oom_kills(root: Path = Path("/")) -> int:
    """Returns how many processes the kernel has killed for want of memory, 0 where it does not tell.

    Linux only: ``/proc/vmstat`` counts those of the machine, ``memory.events`` those of this process's control group.
    """
    if sys.platform != "linux":
        return 0
    return max(_counted(root / "proc/vmstat"), _counted(_control_group(root) / "memory.events"))


def told(code: int, log: str, is_out_of_memory: bool) -> EngineDied:
    """Returns the error that says how a process ended with ``code``, as `subprocess.Popen.returncode` has it.

    ``log`` is the end of what it wrote, ``is_out_of_memory`` whether the kernel killed something meanwhile.
    """
    own, _, _ = log.partition(_FATAL)
    lines = [line.strip() for line in own.splitlines() if line.strip()]
    words = "\n".join(lines[-LOG_LINES:])
    assertion = next((line for line in reversed(lines) if line.startswith(wire.ABORTED)), None)
    if assertion is not None:
        return EngineAborted(log=words, code=code, reason=_without_folder(assertion.removeprefix(wire.ABORTED)))
    name = _signal_name(code)
    if name in _CRASHES:
        return EngineCrashed(log=words, code=code, signal=name)
    if name and is_out_of_memory and name == "SIGKILL":
        return EngineOutOfMemory(log=words, code=code)
    if name:
        return EngineKilled(log=words, code=code, signal=name)
    return EngineDied(log=words, code=code)


def _signal_name(code: int) -> str:
    """Returns what ended a process, such as "SIGKILL"; empty where it ended by itself."""
    if code >= _NTSTATUS_ERROR:
        return "SIGSEGV" if code == _NTSTATUS_ERROR + 5 else "SIGABRT"
    if code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _without_folder(text: str) -> str:
    """Returns ``/build/folder/file.cpp:7: what`` without the folder, which is that of another machine."""
    return re.sub(r"^\S*[/\\]", "", text)[:_LONGEST_REASON]


def _control_group(root: Path) -> Path:
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        lines = []
    own = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/")
    return root / "sys/fs/cgroup" / own.lstrip("/")


def _counted(path: Path) -> int:
    try:
        found = _KILLED.search(path.read_text())
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found.group(1)) if found else 0
