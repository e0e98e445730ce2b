"""A migration without a test of its own fails here."""

from __future__ import annotations

import re
from pathlib import Path

from app.storage import migrations


def numbered(folder: Path, prefix: str) -> list[str]:
    return sorted(path.stem.removeprefix(prefix) for path in folder.glob(f"{prefix}m[0-9]*.py"))


def test_every_migration_is_listed_and_has_a_test() -> None:
    written = numbered(Path(migrations.__file__).parent, "")
    assert len(written) == len(migrations.MIGRATIONS)
    for number, name in enumerate(written, start=1):
        assert re.fullmatch(rf"m{number:04}_[a-z_]+", name)
    assert numbered(Path(__file__).parent, "test_") == written
