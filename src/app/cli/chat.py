"""`skald chat`: answers one message, or talks at a prompt."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.numbers import whole_number
from app.cli.sampling_options import add_sampling_options, read_files
from app.cli.workplace import Workplace
from app.domain.errors import WrongUsage
from app.domain.generation import ContextPolicy

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    parser = verbs.add_parser("chat", parents=[common], help=i18n.text("cli.chat.help"), allow_abbrev=False)
    parser.add_argument("-m", "--model", metavar="MODEL", help=i18n.text("cli.option.model"))
    parser.add_argument("-p", "--prompt", metavar="TEXT", help=i18n.text("cli.chat.prompt"))
    parser.add_argument(
        "--attach", metavar="FILE", nargs="+", action="extend", default=[], help=i18n.text("cli.chat.attach")
    )
    parser.add_argument("--system", metavar="S", help=i18n.text("cli.chat.system"))
    parser.add_argument(
        "--max-tokens", metavar="N", type=whole_number(1, 1_000_000), help=i18n.text("cli.chat.max_tokens")
    )
    parser.add_argument(
        "--context-policy", choices=[str(policy) for policy in ContextPolicy], help=i18n.text("cli.chat.context_policy")
    )
    parser.add_argument("--think", action=argparse.BooleanOptionalAction, help=i18n.text("cli.chat.think"))
    parser.add_argument(
        "--thinking-budget", metavar="N", type=whole_number(0, 1_000_000), help=i18n.text("cli.chat.thinking_budget")
    )
    parser.add_argument("--conversation", metavar="ID", help=i18n.text("cli.chat.conversation"))
    add_sampling_options(parser)


def run(options: argparse.Namespace, workplace: Workplace) -> int:
    """Answers, or talks until the end of input; returns the exit code. Raises AppError."""
    from app.cli.talking import Talk

    prompt = sys.stdin.read() if options.prompt == "-" else options.prompt
    if prompt is not None and not prompt.strip():
        raise WrongUsage(reason=i18n.text("cli.wrong.empty_prompt"))
    read_files(options)
    talk = Talk(workplace, options)
    return talk.converse() if prompt is None else talk.answer(prompt)
