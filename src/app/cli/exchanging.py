"""`skald conversations export` and `import`: conversations into files, and files of any known program in."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app import i18n
from app.cli.workplace import Workplace
from app.domain.errors import WrongUsage

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]

FORMATS: Final = ("jsonl", "md", "html")


def add_parsers(actions: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the two actions."""
    export = actions.add_parser("export", parents=[common], help=i18n.text("cli.conversations.export"))
    export.add_argument("ids", metavar="ID", nargs="*", help=i18n.text("cli.conversations.export_ids"))
    export.add_argument("--all", action="store_true", help=i18n.text("cli.conversations.export_all"))
    export.add_argument("--format", choices=FORMATS, help=i18n.text("cli.conversations.format"))
    export.add_argument("-o", "--output", metavar="PATH", type=Path, help=i18n.text("cli.conversations.output"))
    taken = actions.add_parser("import", parents=[common], help=i18n.text("cli.conversations.import"))
    taken.add_argument("paths", metavar="PATH", nargs="+", type=Path, help=i18n.text("cli.conversations.import_paths"))


def run(options: argparse.Namespace, workplace: Workplace) -> None:
    """Exports or imports. Raises WrongUsage, ConversationNotFound, ExportFailed, ImportBad, ImportUnreadable."""
    if options.action == "export":
        _export(options, workplace)
    else:
        _import(options, workplace)


def _export(options: argparse.Namespace, workplace: Workplace) -> None:
    from app.services.exchanging import FORMATS as KINDS

    if options.all == bool(options.ids):
        raise WrongUsage(reason=i18n.text("cli.conversations.export_which"))
    exchanging, target = workplace.exchanging, options.output
    ids = exchanging.all_ids() if options.all else [workplace.store.get(name).id for name in options.ids]
    by_ending = target.suffix[1:] if target is not None and target.suffix[1:] in FORMATS else FORMATS[0]
    kind = KINDS[options.format or by_ending]
    if target is None:
        for archived in exchanging.archived(ids):
            workplace.output.text(str(kind.write(archived)))
        return

    def progress(done: int, total: int) -> None:
        workplace.output.progress(i18n.text("cli.conversations.exporting", done=done, total=total))

    count = exchanging.export(ids, kind, target, progress)
    workplace.output.progress("")
    if workplace.output.is_json:
        workplace.output.record({"type": "exported", "conversations": count, "path": str(target), "format": kind.name})
    else:
        workplace.output.notice(i18n.text("cli.conversations.exported", count=count, path=target))


def _import(options: argparse.Namespace, workplace: Workplace) -> None:
    from app.services.exchanging import counts_text

    def progress(done: int, total: int) -> None:
        workplace.output.progress(i18n.text("cli.conversations.importing", done=done, total=total))

    adoption = workplace.exchanging.take_in(options.paths, progress)
    workplace.output.progress("")
    if workplace.output.is_json:
        counts = {name: len(getattr(adoption, name)) for name in ("added", "restored", "messages")}
        workplace.output.record({"type": "imported", **counts, "unchanged": adoption.unchanged})
    else:
        workplace.output.notice(counts_text(adoption))
