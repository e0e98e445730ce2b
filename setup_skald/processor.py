"""Names this machine's processor, because llama.cpp is compiled for it. Asked at every start."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def identity(system: str = sys.platform) -> str:
    """Returns text that tells this processor's instruction set from another's."""
    if system == "linux":
        return of_linux(Path("/proc/cpuinfo"))
    if system == "darwin":
        import subprocess

        return subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        ).stdout.strip()
    return os.environ.get("PROCESSOR_IDENTIFIER", "")


def of_linux(cpuinfo: Path) -> str:
    """Returns the first processor's model and flags; source: proc(5)."""
    wanted = ("model name", "flags", "Features", "CPU part", "isa")
    lines = []
    with cpuinfo.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if not line.strip():
                break
            if line.startswith(wanted):
                lines.append(line.strip())
    return "\n".join(lines)
