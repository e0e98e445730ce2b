"""A library over folders of its own, with a home that other programs may have been at work in; a loopback Hub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hub_fixtures import bare_environment, hub

from app import resources
from app.library.library import Library
from app.library.surroundings import Surroundings
from app.paths import Paths
from app.storage.database import Database
from app.storage.model_files import ModelFileStore

__all__ = ["bare_environment", "hub"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "skald.sqlite3") as opened:
        yield opened


@pytest.fixture
def full_library(database: Database, folders: Paths, home: Path) -> Library:
    """A library that has folders of its own and sees the other programs below ``home``."""
    return library_of(database, folders, home)


def library_of(database: Database, folders: Paths, home: Path) -> Library:
    """Returns another one over the same store and disk, as after the next start."""
    return Library(
        ModelFileStore(database), resources.starter_model(), folders, Surroundings(home, {}, "linux", home / "root")
    )
