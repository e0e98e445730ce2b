"""`skald models`: the library in the terminal."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.workplace import Workplace
from app.domain.language_model import ModelFile

INTERRUPTED = 130

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    parser = verbs.add_parser("models", parents=[common], help=i18n.text("cli.models.help"), allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[common], help=i18n.text("cli.models.list"))
    search = actions.add_parser("search", parents=[common], help=i18n.text("cli.models.search"))
    search.add_argument("query", metavar="QUERY", help=i18n.text("cli.models.query"))
    pull = actions.add_parser("pull", parents=[common], help=i18n.text("cli.models.pull"))
    pull.add_argument("reference", metavar="owner/repo[:QUANT]", help=i18n.text("cli.models.reference"))
    pull.add_argument("--token", metavar="TOKEN", help=i18n.text("cli.models.token"))
    adopt = actions.add_parser("import", parents=[common], help=i18n.text("cli.models.import"))
    adopt.add_argument("path", metavar="PATH", help=i18n.text("cli.models.path"))
    remove = actions.add_parser("remove", parents=[common], help=i18n.text("cli.models.remove"))
    remove.add_argument("name", metavar="NAME", help=i18n.text("cli.models.name"))
    fit = actions.add_parser("fit", parents=[common], help=i18n.text("cli.models.fit"))
    fit.add_argument("model", metavar="MODEL", help=i18n.text("cli.option.model"))
    verify = actions.add_parser("verify-catalogue", parents=[common], help=i18n.text("cli.models.verify"))
    verify.add_argument("--token", metavar="TOKEN", help=i18n.text("cli.models.token"))
    check = actions.add_parser("check", parents=[common], help=i18n.text("cli.models.check"))
    check.add_argument("model", metavar="MODEL", help=i18n.text("cli.option.model"))


def run(options: argparse.Namespace, workplace: Workplace) -> int:
    """Does what ``options.action`` says and returns the exit code. Raises AppError."""
    match options.action:
        case "list":
            _list(workplace)
        case "search":
            from app.cli import hub  # late: the Hub's client takes a fifth of a second

            hub.search(workplace, options.query)
        case "pull":
            return _pull(workplace, options)
        case "import":
            _import(workplace, Path(options.path))
        case "remove":
            _remove(workplace, options.name)
        case "fit":
            from app.cli import model_fit  # late, as the next: they measure and ask

            model_fit.fit(workplace, options.model)
        case "verify-catalogue":
            from app.cli.verify_catalogue import verify_catalogue

            return verify_catalogue(workplace.output, workplace.downloader(options.token).hub.repository)
        case "check":
            _check(workplace, options.model)
    return 0


def _list(workplace: Workplace) -> None:
    found = workplace.library.list()
    if workplace.output.is_json:
        for model_file in found:
            workplace.output.record(_values(model_file))
        return
    names = [field.name for field in fields(ModelFile)]
    workplace.output.table([names, *([str(value) for value in _values(entry).values()] for entry in found)])


def _import(workplace: Workplace, path: Path) -> None:
    model_file = workplace.library.adopt(path)
    if workplace.output.is_json:
        workplace.output.record(_values(model_file))
    else:
        workplace.output.text(i18n.text("cli.models.imported", name=model_file.name) + "\n")


def _pull(workplace: Workplace, options: argparse.Namespace) -> int:
    from app.cli import hub  # late: the Hub's client takes a fifth of a second

    model_file = hub.pull(workplace, options.reference, options.token)
    if model_file is None:
        workplace.output.notice(i18n.text("cli.models.stopped", reference=options.reference))
        return INTERRUPTED
    if workplace.output.is_json:
        workplace.output.record({"type": "finished", **_values(model_file)})
    else:
        workplace.output.text(i18n.text("cli.models.pulled", name=model_file.name) + "\n")
    return 0


def _remove(workplace: Workplace, name: str) -> None:
    paths = {entry.name: entry.path for entry in workplace.library.list()}
    workplace.library.forget(name)
    path = paths.get(name, Path())
    if workplace.output.is_json:
        workplace.output.record({"name": name, "path": str(path)})
    else:
        workplace.output.text(i18n.text("cli.models.removed", name=name, path=path) + "\n")


def _check(workplace: Workplace, name: str) -> None:
    def show(fraction: float) -> None:
        percent = f"{fraction * 100:.0f}"
        workplace.output.progress(i18n.text("cli.models.checking", name=name, percent=percent))

    try:
        report = workplace.library.check(name, show)
    finally:
        workplace.output.progress("")
    kind = "published" if report.is_hash_known else "unknown"
    if workplace.output.is_json:
        checked = {"tensors": report.tensors, "sha256": report.sha256, "hash": kind}
        workplace.output.record({**_values(report.model_file), **checked})
        return
    workplace.output.text(
        i18n.text(
            "cli.models.sound",
            name=report.model_file.name,
            tensors=report.tensors,
            sha256=report.sha256,
            hash=i18n.text(f"cli.models.hash_{kind}"),
        )
        + "\n"
    )


def _values(model_file: ModelFile) -> dict[str, object]:
    values = {field.name: getattr(model_file, field.name) for field in fields(model_file)}
    return {**values, "path": str(model_file.path)}
