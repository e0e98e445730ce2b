"""A display of its own for the benchmarks of the window."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator


@contextlib.contextmanager
def virtual_display(size: str = "1440x900x24") -> Iterator[dict[str, str]]:
    """Runs Xvfb and gives the environment of programs that are to show their window on it."""
    server = shutil.which("Xvfb")
    if server is None:
        raise SystemExit("Xvfb is missing. Install it: apt install xvfb")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as lines:
            number = lines.readline().strip()
        yield {
            **os.environ,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "QT_QUICK_BACKEND": "software",
            "LANG": "C.UTF-8",
        }
    finally:
        process.terminate()
        process.wait(10)
