"""The model picker: choosing, opening, removing with undo, and where loading stands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply
from tests.gguf_files import write_llama

from app.assembly import Window
from app.domain.errors import OutOfMemory
from app.presentation.item_roles import FIRST_ROLE


def names(window: Window) -> list[str]:
    models = window.controller.picker.models
    return [models.data(models.index(row), FIRST_ROLE) for row in range(models.rowCount())]


def open_file(window: Window, qtbot: QtBot, path: Path) -> None:
    """Opens a model file once the starter is loaded, whose signals would be taken for those of the file otherwise."""
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    with qtbot.waitSignal(window.controller.parts.loader.became_ready):
        window.controller.picker.openFile(QUrl.fromLocalFile(str(path)))


def test_the_starter_is_chosen_at_the_first_start(window: Window, qtbot: QtBot) -> None:
    picker = window.controller.picker
    qtbot.waitUntil(lambda: picker.state == "ready")
    assert picker.currentName == "Skald Starter"
    assert "Q4_K_M" in picker.currentDetail
    assert picker.memoryText == ""  # the fake takes none
    assert window.controller.starterLine
    qtbot.waitUntil(lambda: names(window) == ["starter"])


def test_a_file_is_opened_in_place_used_and_removed_with_undo(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    picker = window.controller.picker
    path = tmp_path / "tiny.gguf"
    write_llama(path)
    open_file(window, qtbot, path)
    assert picker.currentName == "tiny"
    qtbot.waitUntil(lambda: names(window) == ["starter", "tiny"])
    assert "tiny" in window.controller.notifier.text
    assert window.controller.starterLine == ""
    picker.remove("tiny")
    qtbot.waitUntil(lambda: names(window) == ["starter"])
    qtbot.waitUntil(lambda: picker.currentName == "Skald Starter")
    assert path.exists()
    window.controller.notifier.act()
    qtbot.waitUntil(lambda: names(window) == ["starter", "tiny"])
    assert path.exists()


def test_a_file_that_vanished_is_shown_as_missing(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    picker = window.controller.picker
    path = write_llama(tmp_path / "tiny.gguf")
    open_file(window, qtbot, path)
    path.unlink()
    picker.refresh()
    models = picker.models
    qtbot.waitUntil(lambda: models.rowCount() == 2 and bool(models.data(models.index(1), FIRST_ROLE + 8)))
    assert "is not there" in models.data(models.index(1), FIRST_ROLE + 8)


def test_the_starter_cannot_be_removed(window: Window, qtbot: QtBot) -> None:
    window.controller.picker.remove("starter")
    qtbot.waitUntil(lambda: bool(window.controller.notifier.text))
    assert names(window) == ["starter"]


def test_unloading_gives_the_memory_back_and_a_message_loads_again(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    picker = window.controller.picker
    qtbot.waitUntil(lambda: picker.state == "ready")
    picker.unload()
    qtbot.waitUntil(lambda: picker.state == "unloaded")
    assert fake_engine.loaded is None
    fake_engine.enqueue(FakeReply(("Again.",)))
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        window.controller.composer.send("Hello")
    assert picker.state == "ready"
    assert len(fake_engine.loads) == 2


def test_a_failed_load_says_why_and_can_be_tried_again(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine
) -> None:
    picker = unshown_window.controller.picker
    fake_engine.load_problem = OutOfMemory(name="starter")
    unshown_window.controller.announceReady()
    qtbot.waitUntil(lambda: picker.state == "failed")
    assert "not enough memory" in picker.stateText
    fake_engine.load_problem = None
    picker.load()
    qtbot.waitUntil(lambda: picker.state == "ready")


def test_an_engine_setting_loads_the_model_again(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    window.controller.preferences.contextLength = 256
    qtbot.waitUntil(lambda: len(fake_engine.loads) == 2)
    assert fake_engine.loads[-1].n_ctx == 256


def test_the_last_model_is_chosen_at_the_next_start(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = write_llama(tmp_path / "tiny.gguf")
    open_file(window, qtbot, path)
    found: list[str] = []

    def ask() -> None:
        window.library.run(lambda library: library.resolve(None).name, found.append)

    ask()
    qtbot.waitUntil(lambda: found == ["tiny"])
    path.unlink()
    ask()
    qtbot.waitUntil(lambda: found == ["tiny", "starter"])
