"""`skald bench`: how fast a model is on this machine."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.interrupts import first_interrupt
from app.cli.numbers import whole_number
from app.cli.workplace import Workplace

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

INTERRUPTED = 130


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    parser = verbs.add_parser("bench", parents=[common], help=i18n.text("cli.bench.help"), allow_abbrev=False)
    parser.add_argument("-m", "--model", metavar="MODEL", help=i18n.text("cli.option.model"))
    for name, text, default, most in (
        ("--prompt-tokens", "prompt_tokens", 256, 100_000),
        ("--tokens", "tokens", 64, 100_000),
        ("--rounds", "rounds", 3, 1000),
    ):
        parser.add_argument(
            name, metavar="N", type=whole_number(1, most), default=default, help=i18n.text(f"cli.bench.{text}")
        )


def run(options: argparse.Namespace, workplace: Workplace) -> int:
    """Loads the model, measures it and tells; returns the exit code. Raises AppError."""
    from app.services.benching import measure, middle
    from app.services.opening import load_request

    model_file = workplace.library.resolve(options.model)
    output, engine = workplace.output, workplace.engine
    request = load_request(model_file, workplace.settings, workplace.model_settings(model_file.name), workplace.tuner)
    with first_interrupt(engine.cancel):
        try:
            info = engine.load(request, lambda fraction: output.progress(_loading(model_file.name, fraction)))
        finally:
            output.progress("")
        paces = measure(engine, options.prompt_tokens, options.tokens, options.rounds) if info else []
    if info is None or len(paces) < options.rounds:
        return INTERRUPTED
    pace = middle(paces)
    if output.is_json:
        rounds = [asdict(one) for one in paces]
        told = {"model": model_file.name, "n_threads": info.n_threads, "gpu_layers": info.gpu_layers}
        output.record({**told, "load_s": info.load_s, **asdict(pace), "rounds": rounds})
        return 0
    output.table(
        [
            [i18n.text("cli.bench.model"), model_file.name],
            [i18n.text("cli.bench.load"), f"{info.load_s:.2f} s"],
            [i18n.text("cli.bench.prompt", count=pace.prompt_tokens), f"{pace.prompt_tokens_per_s:.1f}"],
            [i18n.text("cli.bench.generation", count=pace.completion_tokens), f"{pace.tokens_per_s:.1f}"],
            [i18n.text("cli.bench.first"), f"{pace.first_token_s:.3f} s"],
        ]
    )
    return 0


def _loading(name: str, fraction: float) -> str:
    return i18n.text("cli.chat.loading", name=name, percent=f"{fraction * 100:.0f}")
