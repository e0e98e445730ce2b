"""Starts the loopback Hub in a process of its own, so that a client that is measured shares no interpreter with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def separate_hub(folder: Path, *, bytes_per_s: int | None = None) -> Iterator[str]:
    """Serves each ``owner/name`` below ``folder``; gives the endpoint and ends the process afterwards."""
    limit = ["--bytes-per-second", str(bytes_per_s)] if bytes_per_s else []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hub", "--folder", str(folder), *limit],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            endpoint: str = json.loads(process.stdout.readline())["endpoint"]
            yield endpoint
        finally:
            process.communicate()
