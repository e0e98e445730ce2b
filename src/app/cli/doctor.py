"""`skald doctor`: what the machine and the installation are like, for a person or as one JSON object."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.output import one_line
from app.cli.workplace import Workplace

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

GIB = 1 << 30
MIB = 1 << 20


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    verbs.add_parser("doctor", parents=[common], help=i18n.text("cli.doctor.help"), allow_abbrev=False)


def run(_options: argparse.Namespace, workplace: Workplace) -> int:
    """Examines everything and tells; returns 0 whatever it finds."""
    from app.services.doctor import examine

    findings = examine(workplace.paths, workplace.engine)
    problems = {name: i18n.error_text(report.key, report.values) for name, report in findings.problems}
    if workplace.output.is_json:
        told = [
            {"section": name, "key": report.key, "text": problems[name][0], "remedy": problems[name][1]}
            for name, report in findings.problems
        ]
        workplace.output.record({**findings.sections, "problems": told})
        return 0
    for name, values in findings.sections.items():
        workplace.output.text(i18n.text(f"doctor.{name}") + "\n")
        for line in _lines(values):
            workplace.output.text(f"  {line}\n")
        if name in problems:
            workplace.output.text(f"  ✗ {one_line(' '.join(problems[name]))}\n")
    workplace.output.text(i18n.text("doctor.problems" if problems else "doctor.sound", count=len(problems)) + "\n")
    return 0


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{name.removesuffix('_bytes')}: {_value(name, value)}" for name, value in values.items()]


def _value(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_lines(value))
    if isinstance(value, bool) or value is None:
        return i18n.text({True: "doctor.yes", False: "doctor.no", None: "doctor.missing"}[value])
    if isinstance(value, int) and (name.endswith("bytes")):
        return f"{value / GIB:.1f} GiB" if value >= GIB else f"{value / MIB:.1f} MiB"
    return str(value)
