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


def compiler_flags(identity: str) -> str:
    """Returns what the compiler has to be told beside ``-march=native`` on the processor ``identity``.

    WORKAROUND: built with AMX, llama.cpp ends with a fault at its first quantized batch, because the compiler leaves
    out the tile configuration (https://github.com/ggml-org/llama.cpp/pull/26954).
    """
    return "-mno-amx-tile -mno-amx-int8" if "amx_tile" in identity.split() else ""


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
