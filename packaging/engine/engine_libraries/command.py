"""The command line of the recipe."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.places import default_places

from engine_libraries.back_ends import BACK_ENDS
from engine_libraries.build import Workshop, build

DESCRIPTION = "Builds llama.cpp's libraries for one back end from the pinned source; the README says what each needs."


def main(arguments: Sequence[str]) -> int:
    """Builds what the arguments ask for; returns 0, or 1 with one sentence that says what to do."""
    options = _parser().parse_args(arguments)
    console = Console()
    shop = Workshop(Host(), console, default_places())
    try:
        build(shop, BACK_ENDS[options.back_end], options.output.resolve(), every_processor=not options.one_processor)
    except SetupError as error:
        console.say(f"packaging/engine: {error}")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python packaging/engine", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("back_end", choices=BACK_ENDS)
    parser.add_argument("output", type=Path, help="a folder that does not exist yet")
    parser.add_argument(
        "--one-processor",
        action="store_true",
        help="only one variant for the processor (x86-64: with AVX2): quicker, and not to be passed on",
    )
    return parser
