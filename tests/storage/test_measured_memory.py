"""What loads took: kept by file and load, forgotten with another file of the name, and checked when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.load_memory import DeviceUse, MeasuredMemory
from app.storage.database import Database
from app.storage.measured_memory import MeasuredMemoryStore

MEASURED = MeasuredMemory((DeviceUse("Vulkan0", 10, 20, 30), DeviceUse("CPU", 1, 2, 3)), 4, 5, 6)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "skald.sqlite3") as opened:
        yield opened


def test_by_file_and_load(database: Database) -> None:
    store = MeasuredMemoryStore(database)
    store.keep("tiny", 100, "a", MEASURED)
    store.keep("tiny", 100, "b", MeasuredMemory((), 0, 0, 0))
    assert store.get("tiny", 100, "a") == MEASURED
    assert store.get("tiny", 100, "c") is None
    assert store.get("tiny", 101, "a") is None
    store.keep("tiny", 101, "a", MEASURED)
    assert store.get("tiny", 100, "a") is None, "the file is another one"


@pytest.mark.parametrize("text", ["", "[]", '{"devices": 3}', '{"devices": [{"device": "CPU", "weights": -1}]}', "{}"])
def test_what_cannot_be_read_is_not_known(database: Database, text: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO measured_memory VALUES ('tiny', 1, 'a', ?)", (text,))
    assert MeasuredMemoryStore(database).get("tiny", 1, "a") is None
