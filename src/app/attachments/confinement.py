"""Takes from the child process what no parser needs: memory and time without end, the network, other programs, writing.

A second fence, not the first one: the parsers are Python, and what they are given is only ever data to them.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

from app.attachments.limits import Limits

_REFUSED: Final = (
    "socket.",
    "subprocess.",
    "os.",
    "shutil.",
    "pty.",
    "webbrowser.",
    "urllib.",
    "ftplib.",
    "http.client.",
)
_HARMLESS: Final = frozenset({"os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.add_dll_directory"})
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def confine(limits: Limits) -> None:
    """Binds this process for the rest of its life.

    Memory is bound by the system where that has ``RLIMIT_AS``; everywhere the parent looks after it, too.
    """
    sys.dont_write_bytecode = True
    _limit_resources(limits)
    sys.addaudithook(_refuse)


def _limit_resources(limits: Limits) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    seconds = max(1, round(limits.seconds))
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (allowed, hard))
        except (OSError, ValueError):  # macOS refuses some
            continue


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578): what it raises stops what was about to happen."""
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError("nothing is written here")
    elif event.startswith(_REFUSED) and event not in _HARMLESS:
        raise PermissionError(f"{event} is not needed here")
