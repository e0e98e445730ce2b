"""Preferences are on disk when they are seen; a bad value changes nothing."""

from __future__ import annotations

import json
from array import array

from PySide6.QtGui import QGuiApplication
from tests.fakes import FakeEngine

from app.assembly import Window
from app.engine import state_folder
from app.engine.kv_state import KvState
from app.engine.state_folder import StateFolder
from app.paths import Paths
from app.storage.settings import SettingsFile


def test_a_change_is_saved_at_once(window: Window, folders: Paths) -> None:
    window.controller.preferences.theme = "dark"
    assert json.loads(folders.settings.read_text())["theme"] == "dark"


def test_a_bad_value_leaves_all_as_it_was(window: Window, settings: SettingsFile) -> None:
    window.controller.preferences.theme = "pink"
    window.controller.preferences.zoom = 9.0
    assert (settings.current.theme, settings.current.zoom) == ("system", 1.0)


def test_zoom_goes_in_steps_and_ends(window: Window) -> None:
    preferences = window.controller.preferences
    seen = []
    for _ in range(9):
        preferences.zoomIn()
        seen.append(preferences.zoom)
    assert seen[0] == 1.1
    assert seen[-1] == 2.0
    preferences.zoomReset()
    assert preferences.zoom == 1.0
    for _ in range(9):
        preferences.zoomOut()
    assert preferences.zoom == 0.75


def test_a_maximized_window_keeps_its_earlier_size(window: Window, settings: SettingsFile) -> None:
    preferences = window.controller.preferences
    preferences.saveGeometry(-40, 30, 900, 700, False)
    preferences.saveGeometry(0, 0, 1920, 1080, True)
    current = settings.current
    assert (current.window_width, current.window_height, current.is_maximized) == (900, 700, True)
    assert (current.window_x, current.window_y, current.is_window_placed) == (-40, 30, True)


def test_a_language_is_offered_by_its_own_name(window: Window) -> None:
    assert [entry["text"] for entry in window.controller.preferences.languages] == ["System", "English", "简体中文"]


def test_states_that_are_not_wanted_any_more_are_deleted(
    window: Window, settings: SettingsFile, folders: Paths
) -> None:
    folders.states.mkdir(parents=True)
    (folders.states / "a-b.state").write_bytes(b"x")
    preferences = window.controller.preferences
    preferences.stateQuota = 2
    assert (preferences.statesKept, preferences.stateQuota) == (True, 2)
    assert list(folders.states.iterdir())
    preferences.statesKept = False
    assert not settings.current.is_state_kept_on_disk
    assert not folders.states.exists()


def test_a_deleted_conversation_leaves_no_state(window: Window, folders: Paths, fake_engine: FakeEngine) -> None:
    controller = window.controller
    conversation = controller.parts.store.create("A")
    controller.conversations.refresh()
    state_folder.make(folders.states)
    kept = KvState(array("i", [1]), memoryview(bytearray(b"data")))
    assert StateFolder(folders.states, "key", 10**9).write(conversation.id, kept, None, lambda: False)
    controller.conversations.remove(conversation.id)
    assert not list(folders.states.iterdir())
    assert fake_engine.forgotten == [conversation.id]
    controller.notifier.act()


def test_reduced_motion_stops_the_blinking_and_gives_it_back(window: Window) -> None:
    hints = QGuiApplication.styleHints()
    before = hints.cursorFlashTime()
    assert before > 0
    window.controller.preferences.motionReduced = True
    assert hints.cursorFlashTime() == 0
    window.controller.preferences.motionReduced = False
    assert hints.cursorFlashTime() == before
