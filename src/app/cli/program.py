"""The command line as a whole: its verbs, its common options, its exit codes.

0 done, 1 a known error (one line on standard error) or a bug (a line and a report), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app import __version__, crash, i18n, logs, paths
from app.cli import bench, chat, conversations, doctor, gui, models
from app.cli.output import Output, one_line, use_utf8
from app.cli.workplace import Workplace
from app.domain.errors import AppError, WrongUsage
from app.storage.settings import SettingsFile

DONE, KNOWN_ERROR, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
VERBS: Final = {
    "gui": gui,
    "chat": chat,
    "models": models,
    "conversations": conversations,
    "bench": bench,
    "doctor": doctor,
}


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code. Raises SystemExit for wrong usage, --help and --version."""
    use_utf8()
    common, _ = _common_options(is_first=True).parse_known_args(arguments)
    folders = paths.find(common.data_dir)
    settings = SettingsFile(folders.settings)
    settings.load()
    i18n.use_language(settings.current.language)
    crash.install(folders.logs)
    options = build_parser().parse_args(with_verb(arguments))
    logs.install(folders.logs)
    output = Output(options.json)
    try:
        with Workplace(folders, settings, output) as workplace:
            workplace.tell_notices()
            code: int = VERBS[options.verb].run(options, workplace)
    except AppError as error:
        output.notice(error_line(error))
        return WRONG_USAGE if isinstance(error, WrongUsage) else KNOWN_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return DONE
    return code


def error_line(error: AppError) -> str:
    """Returns the one line that tells a known error: what happened, what to do."""
    return one_line("skald: " + i18n.error_sentence(error.key, error.values))


def build_parser() -> argparse.ArgumentParser:
    """Returns the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="skald", description=i18n.text("cli.about"), parents=[_common_options(is_first=True)], allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"skald {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = _common_options(is_first=False)
    for verb in VERBS.values():
        verb.add_parser(verbs, common)
    return parser


def with_verb(arguments: Sequence[str]) -> list[str]:
    """Returns ``arguments`` with the verb ``gui`` put in where there is none, or a model file in its place."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        if arguments[at] in ("-h", "--help", "--version"):
            return list(arguments)
        at += 2 if arguments[at] == "--data-dir" else 1
    is_file = (
        at < len(arguments)
        and arguments[at] not in VERBS
        and (arguments[at].lower().endswith(".gguf") or Path(arguments[at]).is_file())
    )
    if at >= len(arguments) or is_file:
        return [*arguments[:at], "gui", *arguments[at:]]
    return list(arguments)


def _common_options(*, is_first: bool) -> argparse.ArgumentParser:
    """Returns the options that may stand before and after the verb; those after it say nothing when left out."""
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument(
        "--data-dir",
        metavar="DIR",
        default=None if is_first else argparse.SUPPRESS,
        help=i18n.text("cli.option.data_dir"),
    )
    common.add_argument(
        "--json",
        action="store_true",
        default=False if is_first else argparse.SUPPRESS,
        help=i18n.text("cli.option.json"),
    )
    return common


def _silence_stdout() -> None:
    """The reader is gone: what Python still wants to flush goes nowhere, without a message."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
