"""Builds llama.cpp's libraries for one back end: `python packaging/engine vulkan OUTPUT`, from anywhere."""

from __future__ import annotations

import sys
from pathlib import Path


def start() -> int:
    """Finds set-up's own parts beside this folder and hands over to the command; returns its exit code."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from engine_libraries.command import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(start())
