"""Settings of one model in the window: kept, used at the next load, and what a new conversation with it begins with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.gguf_files import write_llama

from app.assembly import Window
from app.paths import Paths
from app.presentation.item_roles import FIRST_ROLE


def open_tiny(window: Window, qtbot: QtBot, tmp_path: Path) -> Path:
    path = write_llama(tmp_path / "tiny.gguf")
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    with qtbot.waitSignal(window.controller.parts.loader.became_ready):
        window.controller.picker.openFile(QUrl.fromLocalFile(str(path)))
    return path


def test_a_context_of_its_own_loads_the_model_again(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    open_tiny(window, qtbot, tmp_path)
    own = window.controller.modelSettings
    own.open("tiny")
    own.contextLength = 128
    qtbot.waitUntil(lambda: fake_engine.loads[-1].n_ctx == 128)
    own.hasGpuLayers = True
    own.gpuLayers = 3
    qtbot.waitUntil(lambda: fake_engine.loads[-1].n_gpu_layers == 3)
    assert own.of("tiny").n_gpu_layers == 3
    own.open("starter")
    assert (own.contextLength, own.hasGpuLayers) == (0, False)


def test_new_conversations_begin_as_the_model_has_it(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    open_tiny(window, qtbot, tmp_path)
    inspector = window.controller.inspector
    inspector.setNumber("temperature", 0.3)
    inspector.systemPrompt = "Be brief."
    window.controller.keepModelDefaults()
    assert "tiny" in window.controller.notifier.text
    window.controller.picker.choose("starter")
    qtbot.waitUntil(lambda: window.controller.picker.currentName == "Skald Starter")
    window.controller.newConversation()
    inspector.show("")
    assert (inspector.sampling.temperature, inspector.systemPrompt) == (0.7, "")
    window.controller.picker.choose("tiny")
    qtbot.waitUntil(lambda: inspector.systemPrompt == "Be brief.")
    assert inspector.sampling.temperature == 0.3
    own = window.controller.modelSettings
    own.open("tiny")
    assert "0.3" in own.samplingText
    own.resetSampling()
    own.systemPrompt = ""
    assert not own.hasSampling


def test_an_imported_file_is_moved_in_deleted_and_brought_back(
    window: Window, qtbot: QtBot, tmp_path: Path, folders: Paths
) -> None:
    path = open_tiny(window, qtbot, tmp_path / "elsewhere")
    picker = window.controller.picker
    qtbot.waitUntil(lambda: picker.models.rowCount() == 2)
    assert picker.models.data(picker.models.index(1), FIRST_ROLE + 11)
    qtbot.waitUntil(lambda: "Runs on" in picker.models.data(picker.models.index(1), FIRST_ROLE + 10))
    picker.moveIn("tiny")
    qtbot.waitUntil(lambda: "own folder" in window.controller.notifier.text)
    assert not path.exists()
    qtbot.waitUntil(lambda: "Skald's own" in picker.diskText)
    picker.remove("tiny")
    qtbot.waitUntil(lambda: "in the trash" in window.controller.notifier.text)
    qtbot.waitUntil(lambda: "in the trash" in picker.trashText)
    window.controller.notifier.act()
    qtbot.waitUntil(lambda: picker.trashText == "" and picker.models.rowCount() == 2)
    picker.remove("tiny")
    qtbot.waitUntil(lambda: "in the trash" in picker.trashText)
    picker.emptyTrash()
    qtbot.waitUntil(lambda: picker.trashText == "")
    assert not list(folders.models.rglob("*.gguf"))
