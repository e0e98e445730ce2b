"""A store of its own, a fake engine, and a loopback Hub for each test of the services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fakes import FakeEngine
from tests.hub_fixtures import bare_environment, hub

from app.storage.conversations import ConversationStore
from app.storage.database import Database

__all__ = ["bare_environment", "hub"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "skald.sqlite3") as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()
