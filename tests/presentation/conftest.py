"""Fixtures of the window's logic: an offscreen Qt, and a store on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.window_fixtures import fake_engine, settings

from app import assembly
from app.paths import Paths
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.settings import SettingsFile
from app.storage.shelf import Shelf

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

__all__ = ["fake_engine", "settings"]


@pytest.fixture
def database(folders: Paths) -> Iterator[Database]:
    """A new database."""
    with Database.open(folders.database) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> ConversationStore:
    """The conversations of a new database."""
    return ConversationStore(database)


@pytest.fixture
def shelf(database: Database) -> Shelf:
    """Where those conversations stand."""
    return Shelf(database)


@pytest.fixture
def unshown_window(
    qtbot: QtBot, folders: Paths, settings: SettingsFile, fake_engine: FakeEngine
) -> Iterator[assembly.Window]:
    """All the logic of a window, joined as in the program, around a fake engine; no frame was shown yet."""
    made = assembly.Window(folders, settings, Database.open(folders.database), None)
    yield made
    made.close()
    assert fake_engine.is_closed or not fake_engine.loads


@pytest.fixture
def window(unshown_window: assembly.Window, qtbot: QtBot) -> assembly.Window:
    """The same after its first frame, with its library read."""
    unshown_window.controller.announceReady()
    picker = unshown_window.controller.picker
    qtbot.waitUntil(lambda: picker.chosen is not None and picker.models.count > 0)
    return unshown_window
