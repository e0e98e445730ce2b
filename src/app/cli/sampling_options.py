"""The options of the command line that say how a reply is sampled: one for each number that there is, and presets."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from app import i18n
from app.cli.numbers import number, whole_number
from app.domain.errors import WrongUsage
from app.domain.generation import LogitBias, SamplingParameters
from app.domain.output_format import output_grammar
from app.domain.sampling import (
    HIGHEST_SEED,
    LONGEST_RULES,
    MOST_BIASES,
    PRESETS,
    RANGES,
    STRONGEST_BIAS,
    bias_from_text,
    is_whole,
    with_preset,
)

RULES: Final = ("grammar", "json_schema")


def add_sampling_options(parser: argparse.ArgumentParser) -> None:
    """Adds them; what is not given stays None."""
    group = parser.add_argument_group(i18n.text("cli.chat.sampling"))
    text = i18n.text("cli.chat.preset", names=", ".join(PRESETS))
    group.add_argument("--preset", metavar="NAME", help=text)
    group.add_argument("--seed", metavar="N", type=whole_number(0, HIGHEST_SEED), help=i18n.text("cli.chat.seed"))
    for name, limits in RANGES.items():
        lowest, highest = limits.lowest, limits.highest
        kind = whole_number(int(lowest), int(highest)) if is_whole(name) else number(lowest, highest)
        text = i18n.text("cli.chat.number", name=i18n.text(f"sampling.{name}"), lowest=lowest, highest=highest)
        group.add_argument(_flag(name), metavar="N", type=kind, help=text)
    bias = {"metavar": "TEXT=N", "type": _bias, "action": "append", "help": i18n.text("cli.chat.logit_bias")}
    group.add_argument("--logit-bias", **bias)  # type: ignore[arg-type]  # as argparse takes them
    rules = group.add_mutually_exclusive_group()
    for name in RULES:
        rules.add_argument(_flag(name), metavar="FILE", type=Path, help=i18n.text(f"cli.chat.{name}"))


def read_files(options: argparse.Namespace) -> None:
    """Puts the content of the files of grammar and JSON schema in their place.

    Raises WrongUsage where one cannot be read, and what is wrong with the grammar that it makes.
    """
    for name in RULES:
        path: Path | None = getattr(options, name)
        if path is None:
            continue
        try:
            with path.open(encoding="utf-8") as stream:
                text = stream.read(LONGEST_RULES + 1)
        except (OSError, ValueError) as error:
            raise WrongUsage(reason=i18n.text("cli.wrong.file", path=path, reason=error)) from error
        output_grammar(**{name: text})
        setattr(options, name, text)


def chosen_sampling(options: argparse.Namespace, sampling: SamplingParameters) -> SamplingParameters:
    """Returns ``sampling`` with everything that was given; ``--preset`` counts where it is one of sampling alone."""
    if options.preset in PRESETS:
        sampling = with_preset(sampling, PRESETS[options.preset])
    if options.grammar is not None or options.json_schema is not None:
        sampling = replace(sampling, grammar=options.grammar or "", json_schema=options.json_schema or "")
    given = {name: getattr(options, name) for name in ("seed", *RANGES) if getattr(options, name) is not None}
    if options.logit_bias:
        given["logit_bias"] = tuple(options.logit_bias)[:MOST_BIASES]
    return replace(sampling, **given)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _bias(value: str) -> LogitBias:
    found = bias_from_text(value)
    if found is None:
        raise argparse.ArgumentTypeError(i18n.text("cli.wrong.logit_bias", value=value, limit=f"{STRONGEST_BIAS:g}"))
    return found
