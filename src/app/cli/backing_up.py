"""`skald conversations backup`, `backups` and `restore`: copies of the database, also where that cannot be opened."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli.workplace import Workplace

if TYPE_CHECKING:
    from app.storage.backups import Backups

    Subparsers = argparse._SubParsersAction[Any]


def add_parsers(actions: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the three actions."""
    actions.add_parser("backup", parents=[common], help=i18n.text("cli.conversations.backup"))
    actions.add_parser("backups", parents=[common], help=i18n.text("cli.conversations.backups"))
    restore = actions.add_parser("restore", parents=[common], help=i18n.text("cli.conversations.restore"))
    restore.add_argument("backup", metavar="BACKUP", help=i18n.text("cli.conversations.backup_path"))


def run(options: argparse.Namespace, workplace: Workplace) -> None:
    """Does what ``options.action`` says. Raises BackupDamaged and what the store raises."""
    from app.storage.backups import Backups

    backups = Backups(workplace.paths.database, workplace.paths.backups)
    match options.action:
        case "backup":
            _make(workplace, backups)
        case "backups":
            _list(workplace, backups)
        case "restore":
            _restore(workplace, backups, options.backup)


def _make(workplace: Workplace, backups: Backups) -> None:
    workplace.database.close()  # it was opened to be there, and of today's schema
    made = backups.make(datetime.now(UTC))
    if workplace.output.is_json:
        workplace.output.record({"type": "backup", "path": str(made.path), "bytes": made.bytes})
    else:
        workplace.output.notice(i18n.text("cli.conversations.backup_made", path=made.path))


def _list(workplace: Workplace, backups: Backups) -> None:
    found = backups.list()
    if workplace.output.is_json:
        for backup in found:
            times = {"made_at": backup.made_at.isoformat()}
            workplace.output.record({"name": backup.name, "path": str(backup.path), "bytes": backup.bytes, **times})
    elif found:
        rows = [(entry.name, f"{entry.made_at.astimezone():%Y-%m-%d %H:%M}", i18n.size(entry.bytes)) for entry in found]
        workplace.output.table(rows)
    else:
        workplace.output.notice(i18n.text("cli.conversations.no_backups"))


def _restore(workplace: Workplace, backups: Backups, wanted: str) -> None:
    named = next((backup.path for backup in backups.list() if backup.name == wanted), None)
    path = named or Path(wanted)
    kept = backups.restore(path, datetime.now(UTC))
    if workplace.output.is_json:
        workplace.output.record({"type": "restored", "from": str(path), "kept": str(kept.path) if kept else None})
    elif kept:
        workplace.output.notice(i18n.text("cli.conversations.restored", path=kept.path))
    else:
        folder = workplace.paths.database.parent
        workplace.output.notice(i18n.text("cli.conversations.restored_damaged", path=folder))
