"""`skald gui`, `skald` alone and `skald FILE.gguf`: opens the window."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.workplace import Workplace

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    parser = verbs.add_parser("gui", parents=[common], help=i18n.text("cli.gui.help"), allow_abbrev=False)
    parser.add_argument("file", nargs="?", metavar="FILE.gguf", help=i18n.text("cli.gui.file"))
    parser.add_argument("-m", "--model", metavar="MODEL", help=i18n.text("cli.option.model"))


def run(options: argparse.Namespace, workplace: Workplace) -> int:
    """Opens the window and returns when it is closed. Raises NoDisplay, LibraryMissing and what the store raises."""
    from app.ui import preflight

    preflight.check()  # before anything of Qt is imported, which fails where a system library is missing
    from app.bootstrap import run_window

    return run_window(workplace.paths, options.file or options.model)
