"""`skald models`: the library in the terminal."""

from __future__ import annotations

import argparse
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app import i18n
from app.cli.workplace import Workplace
from app.domain.language_model import ModelFile
from app.library.found_model import BROUGHT_IN

INTERRUPTED = 130

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

#: What the table shows; the JSON has every field of `ModelFile`.
COLUMNS: Final = ("name", "path", "bytes", "quantization", "architecture", "parameters", "context_length", "source")


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
    adopt.add_argument("--move", action="store_true", help=i18n.text("cli.models.move"))
    remove = actions.add_parser("remove", parents=[common], help=i18n.text("cli.models.remove"))
    remove.add_argument("name", metavar="NAME", help=i18n.text("cli.models.name"))
    fit = actions.add_parser("fit", parents=[common], help=i18n.text("cli.models.fit"))
    fit.add_argument("model", metavar="MODEL", help=i18n.text("cli.option.model"))
    verify = actions.add_parser("verify-catalogue", parents=[common], help=i18n.text("cli.models.verify"))
    verify.add_argument("--token", metavar="TOKEN", help=i18n.text("cli.models.token"))
    restore = actions.add_parser("restore", parents=[common], help=i18n.text("cli.models.restore"))
    restore.add_argument("name", metavar="NAME", help=i18n.text("cli.models.restore_name"))
    trash = actions.add_parser("trash", parents=[common], help=i18n.text("cli.models.trash"))
    trash.add_argument("--empty", action="store_true", help=i18n.text("cli.models.trash_empty"))
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
            _import(workplace, Path(options.path), options.move)
        case "remove":
            _remove(workplace, options.name)
        case "trash":
            _trash(workplace, is_emptied=options.empty)
        case "fit":
            from app.cli import model_fit  # late, as the next: they measure and ask

            model_fit.fit(workplace, options.model)
        case "verify-catalogue":
            from app.cli.verify_catalogue import verify_catalogue

            return verify_catalogue(workplace.output, workplace.downloader(options.token).hub.repository)
        case "restore":
            _restore(workplace, options.name)
        case "check":
            _check(workplace, options.model)
    return 0


def _list(workplace: Workplace) -> None:
    found = workplace.library.list()
    if workplace.output.is_json:
        for model_file in found:
            workplace.output.record(_values(model_file))
    else:
        shown = [*COLUMNS, *(["same_as"] if any(model_file.same_as for model_file in found) else [])]
        rows = [[str(getattr(model_file, name)) for name in shown] for model_file in found]
        workplace.output.table([shown, *rows])
    for missing in workplace.library.missing():
        text, _ = i18n.error_text(missing.error.key, missing.error.values)
        workplace.output.notice("skald: " + i18n.text("cli.models.missing", name=missing.name, reason=text))


def _import(workplace: Workplace, path: Path, is_moved: bool) -> None:
    def show(fraction: float) -> None:
        percent = f"{fraction * 100:.0f}"
        workplace.output.progress(i18n.text("cli.models.moving", name=path.name, percent=percent))

    try:
        model_file = workplace.library.adopt(path, is_moved, show)
    finally:
        workplace.output.progress("")
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
    removal = workplace.library.remove(name)
    untouched = "removed" if removal.source in BROUGHT_IN else "hidden"
    outcome = "trashed" if removal.trashed is not None else untouched
    if workplace.output.is_json:
        said: dict[str, object] = {"name": name, "path": str(removal.path), "outcome": outcome, "bytes": removal.bytes}
        workplace.output.record(said)
        return
    told = i18n.text(f"cli.models.{outcome}", name=name, path=removal.path, bytes=f"{removal.bytes:,}")
    workplace.output.text(told + "\n")


def _restore(workplace: Workplace, name: str) -> None:
    workplace.library.restore(name)
    if workplace.output.is_json:
        workplace.output.record({"name": name})
    else:
        workplace.output.text(i18n.text("cli.models.restored", name=name) + "\n")


def _trash(workplace: Workplace, *, is_emptied: bool) -> None:
    found = workplace.library.trash()
    if workplace.output.is_json:
        for entry in found:
            workplace.output.record({"name": entry.name, "bytes": entry.bytes})
    else:
        workplace.output.table([["name", "bytes"], *([entry.name, str(entry.bytes)] for entry in found)])
    if is_emptied:
        freed = workplace.library.empty_trash()
        workplace.output.notice(i18n.text("models.trash_emptied", size=i18n.size(freed)))


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
        hashes = {"part_hashes": list(report.part_hashes)} if report.part_hashes else {}
        workplace.output.record({**_values(report.model_file), **checked, **hashes})
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
    recommended = model_file.recommended_sampling
    return {
        **values,
        "path": str(model_file.path),
        "parts": [str(path) for path in model_file.parts],
        "recommended_sampling": None if recommended is None else asdict(recommended),
    }
