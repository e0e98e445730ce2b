"""Runs the loopback Hub in a process of its own: ``python -m tests.hub --folder FOLDER``.

Prints one JSON line with its endpoints, then serves until its standard input ends.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.hub.loopback import LoopbackHub


def main() -> None:
    """Serves each ``owner/name`` below the folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="holds owner/name/files")
    parser.add_argument("--bytes-per-second", type=int, help="the most that one connection gets")
    options = parser.parse_args()
    with LoopbackHub() as hub:
        repositories = [repository.id for repository in hub.add_folder(options.folder)]
        if options.bytes_per_second:
            hub.faults.trickle(options.bytes_per_second)
        line = {
            "endpoint": hub.endpoint,
            "second_endpoint": hub.second_endpoint,
            "repositories": repositories,
        }
        print(json.dumps(line), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
