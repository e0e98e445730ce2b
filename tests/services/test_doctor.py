"""The doctor tells what is there and what is missing, and survives both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.domain.errors import StoreDamaged
from app.engine.client import EngineClient
from app.paths import Paths
from app.services.doctor import examine
from app.storage.conversations import ConversationStore
from app.storage.database import Database


@pytest.fixture
def client() -> Iterator[EngineClient]:
    made = EngineClient()
    yield made
    made.close()


def test_a_fresh_machine(folders: Paths, client: EngineClient) -> None:
    findings = examine(folders, client)
    assert findings.problems == ()
    sections = json.loads(json.dumps(findings.sections))
    assert sections["machine"]["memory_bytes"] == psutil.virtual_memory().total
    assert sections["engine"]["works"] is True
    assert "CPU" in sections["devices"]
    assert "CPU" in sections["devices"]["back_ends"]
    assert Path(sections["devices"]["libraries"]).is_dir()
    assert sections["starter"]["as_published"] is True
    assert sections["folders"]["data"] == {"path": str(folders.data), "exists": False, "writable": True}
    assert sections["folders"]["states"] == {"path": str(folders.states), "bytes": 0}
    assert sections["store"]["exists"] is False
    assert not folders.database.exists(), "the doctor makes no store"


def test_a_store_in_use(folders: Paths, client: EngineClient) -> None:
    with Database.open(folders.database) as database:
        ConversationStore(database).create("A")
        assert examine(folders, client).sections["store"]["conversations"] == 1


def test_a_damaged_store_is_one_problem_of_many_findings(folders: Paths, client: EngineClient) -> None:
    folders.data.mkdir(parents=True)
    folders.database.write_bytes(b"not a database at all" * 100)
    findings = examine(folders, client)
    assert [(name, report.key) for name, report in findings.problems] == [("store", StoreDamaged.key)]
    assert findings.sections["engine"]["works"] is True
