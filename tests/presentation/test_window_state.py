"""The window comes back as it was closed: where it stood, its page, its conversation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine

from app import assembly
from app.bootstrap import first_look
from app.paths import Paths
from app.storage.database import Database
from app.storage.settings import Settings, SettingsFile


def test_page_and_conversation_are_there_again(
    qtbot: QtBot, folders: Paths, settings: SettingsFile, fake_engine: FakeEngine
) -> None:
    first = assembly.Window(folders, settings, Database.open(folders.database), None)
    kept = first.controller.parts.store.create("Kept").id
    first.controller.parts.store.create("Other")
    first.controller.conversations.select(kept)
    first.controller.showPage("models")
    first.close()

    second = assembly.Window(folders, settings, Database.open(folders.database), None)
    second.controller.restore()
    assert (second.controller.page, second.controller.title) == ("models", "Kept")
    second.controller.parts.store.delete(kept)
    second.close()

    third = assembly.Window(folders, settings, Database.open(folders.database), None)
    third.controller.restore()
    assert third.controller.conversations.current_id == ""
    third.close()


def test_the_window_stands_where_it_stood(qtbot: QtBot) -> None:
    area = QGuiApplication.primaryScreen().availableGeometry()
    placed = replace(Settings(), is_window_placed=True, window_x=area.x() + 30, window_y=area.y() + 40)
    look = first_look(placed)
    assert (look["x"], look["y"]) == (area.x() + 30, area.y() + 40)
    assert "x" not in first_look(Settings())


@pytest.mark.parametrize(("x", "y"), [(90_000, 10), (10, 90_000), (-1_270, 10), (10, -700)])
def test_a_window_whose_head_would_be_on_no_screen_is_placed_anew(qtbot: QtBot, x: int, y: int) -> None:
    look = first_look(replace(Settings(), is_window_placed=True, window_x=x, window_y=y))
    assert "x" not in look
    assert "y" not in look
