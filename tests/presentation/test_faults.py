"""A real engine behind the window's logic, and all that can befall it: the words stay, one button goes on."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from tests.acceptance import endless_model
from tests.acceptance.endless_model import is_recited
from tests.engine import corrupted
from tests.engine.gguf_document import Document
from tests.fakes import FakeEngine, FakeReply
from tests.gguf_files import write_llama, write_scripted
from tests.presentation.test_window_controller import send, shown, store_of

from app import assembly
from app.assembly import Window
from app.domain.errors import EngineDied, EngineOutOfMemory, ModelMissing
from app.domain.generation import FinishReason
from app.domain.messages import Message, MessageStatus
from app.engine.client import EngineClient
from app.engine.load_marks import LoadMarks
from app.paths import Paths
from app.storage.database import Database
from app.storage.settings import SettingsFile


@pytest.fixture(scope="session")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recites the alphabet until it is stopped."""
    return endless_model.write(tmp_path_factory.mktemp("models") / "endless.gguf")


@pytest.fixture
def client(folders: Paths) -> EngineClient:
    """A real client that takes an engine for hung soon."""
    return EngineClient(folders.logs / "engine.log", hung_after_s=1.0, marks=LoadMarks(folders.loads))


@pytest.fixture
def real_window(
    qtbot: QtBot, folders: Paths, settings: SettingsFile, client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """The window's logic around a real engine, before its first frame."""
    monkeypatch.setattr(assembly, "make_engine_client", lambda *_: client)
    made = Window(folders, settings, Database.open(folders.database), None)
    yield made
    made.close()
    assert client.pid is None


def use(window: Window, qtbot: QtBot, path: Path) -> None:
    """Opens a model file as a person does, and waits until it is in memory."""
    window.controller.announceReady()
    loader = window.controller.parts.loader
    window.controller.picker.openFile(QUrl.fromLocalFile(str(path)))
    qtbot.waitUntil(
        lambda: bool(loader.info and loader.state == "ready" and loader.info.path == str(path)), timeout=20_000
    )


def last(window: Window) -> Message:
    return store_of(window).path(store_of(window).list()[0].id)[-1]


def written(window: Window) -> str:
    """The text of the reply as it is shown."""
    rows = zip(shown(window), shown(window, "text"), strict=True)
    return "".join(str(text) for kind, text in rows if kind == "rich")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGSTOP])
def test_an_engine_that_ends_within_a_reply_leaves_the_words_and_one_button(
    real_window: Window, qtbot: QtBot, client: EngineClient, endless: Path, number: signal.Signals
) -> None:
    use(real_window, qtbot, endless)
    transcript = real_window.controller.transcript
    with qtbot.waitSignal(transcript.replyFinished, timeout=20_000):
        assert real_window.controller.composer.send("Recite")
        qtbot.waitUntil(lambda: len(written(real_window)) > 5, timeout=20_000)
        assert client.pid is not None
        os.kill(client.pid, number)
    failed = last(real_window)
    assert failed.status is MessageStatus.ERROR
    assert is_recited(failed.text)
    assert shown(real_window) == ["user", "rich", "notice", "foot"]
    assert shown(real_window, "remedy") == ["", "", "continue", ""]
    transcript.applyRemedy(failed.id, "continue")
    qtbot.waitUntil(lambda: len(written(real_window)) > len(failed.text) + 5, timeout=20_000)
    with qtbot.waitSignal(transcript.replyFinished, timeout=20_000):
        real_window.controller.composer.stop()
    assert is_recited(last(real_window).text)
    assert last(real_window).text.startswith(failed.text)


def test_a_model_file_that_is_written_to_is_checked_and_loaded_again(
    real_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_scripted(tmp_path / "m.gguf", [b"old"])
    use(real_window, qtbot, path)
    send(real_window, qtbot, "Hello")
    assert last(real_window).text == "old"
    content = write_scripted(tmp_path / "n.gguf", [b"newer"]).read_bytes()
    with path.open("r+b") as stream:
        stream.truncate(len(content))
        stream.write(content)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000))
    send(real_window, qtbot, "Hello")
    assert "was changed while it was in use" in str(shown(real_window, "text")[-2])
    assert shown(real_window, "remedy")[-2] == "retry"
    with qtbot.waitSignal(real_window.controller.transcript.replyFinished, timeout=20_000):
        real_window.controller.transcript.applyRemedy(last(real_window).id, "retry")
    assert last(real_window).text == "newer"


def test_corrupted_files_in_a_row_are_said_and_the_window_lives(
    real_window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    controller = real_window.controller
    use(real_window, qtbot, write_scripted(tmp_path / "sound.gguf", [b"still", b" here"]))
    sound = Document.read(write_llama(tmp_path / "m.gguf"))
    for number, variant in enumerate(corrupted.some(sound, 12, seed=3)):
        path = tmp_path / f"bad{number}.gguf"
        path.write_bytes(variant.content)
        controller.notifier.dismiss()
        controller.picker.openFile(QUrl.fromLocalFile(str(path)))
        qtbot.waitUntil(partial(is_told_or_used, real_window, path.stem), timeout=20_000)
    use(real_window, qtbot, tmp_path / "sound.gguf")
    send(real_window, qtbot, "Hello")
    assert last(real_window).text == "still here"


def is_told_or_used(window: Window, name: str) -> bool:
    picker = window.controller.picker
    return bool(window.controller.notifier.text) or (picker.currentName == name and picker.state in ("ready", "failed"))


def mark(folders: Paths, path: Path) -> None:
    """Leaves what a client leaves whose engine died of loading ``path``."""
    with pytest.raises(EngineDied), LoadMarks(folders.loads).during(str(path)):
        raise EngineDied(code=-11)


def remembered(folders: Paths, path: Path) -> None:
    """Makes ``path`` the model file that was used last."""
    library, close = assembly.open_library(folders)
    library.remember(library.adopt(path))
    close()


def test_a_model_that_crashed_the_engine_is_not_loaded_again_by_itself(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine, folders: Paths, tmp_path: Path
) -> None:
    path = write_llama(tmp_path / "heavy.gguf")
    remembered(folders, path)
    mark(folders, path)
    controller = unshown_window.controller
    controller.announceReady()
    qtbot.waitUntil(lambda: controller.picker.state == "ready")
    assert [load.name for load in fake_engine.loads] == ["starter"]
    assert controller.notifier.text.startswith("The engine stopped unexpectedly while it loaded heavy")
    assert controller.notifier.actionText == "Try again"
    send(unshown_window, qtbot, "Hello")
    assert controller.notifier.isVisible, "it is told until it is read"
    controller.notifier.act()
    qtbot.waitUntil(lambda: [load.name for load in fake_engine.loads] == ["starter", "heavy"])


def test_a_starter_that_crashed_the_engine_waits_for_a_message(
    unshown_window: Window, qtbot: QtBot, fake_engine: FakeEngine, folders: Paths
) -> None:
    library, close = assembly.open_library(folders)
    mark(folders, library.resolve("starter").path)
    close()
    controller = unshown_window.controller
    controller.announceReady()
    qtbot.waitUntil(lambda: bool(controller.notifier.text))
    assert (controller.picker.state, fake_engine.loads) == ("unloaded", [])
    send(unshown_window, qtbot, "Hello")
    assert [load.name for load in fake_engine.loads] == ["starter"]


def test_a_missing_model_leads_to_another_and_the_message_is_answered(
    window: Window, qtbot: QtBot, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    controller = window.controller
    path = write_llama(tmp_path / "gone.gguf")
    qtbot.waitUntil(lambda: controller.picker.state == "ready")
    with qtbot.waitSignal(controller.parts.loader.became_ready):
        controller.picker.openFile(QUrl.fromLocalFile(str(path)))
    controller.picker.unload()
    qtbot.waitUntil(lambda: controller.picker.state == "unloaded")
    path.unlink()
    fake_engine.load_problem = ModelMissing(path=str(path))
    send(window, qtbot, "Hello")
    assert shown(window, "remedy") == ["", "choose-model", ""]
    controller.transcript.applyRemedy(last(window).id, "choose-model")
    assert controller.page == "models"
    fake_engine.load_problem = None
    with qtbot.waitSignal(controller.parts.loader.became_ready):
        controller.picker.choose("starter")
    assert shown(window, "remedy") == ["", "retry", ""]
    with qtbot.waitSignal(controller.transcript.replyFinished):
        controller.transcript.applyRemedy(last(window).id, "retry")
    assert last(window).text == "Hello there."


def test_want_of_memory_offers_a_shorter_context(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    controller = window.controller
    qtbot.waitUntil(lambda: controller.picker.state == "ready")
    controller.preferences.contextLength = 4096
    qtbot.waitUntil(lambda: len(fake_engine.loads) == 2 and controller.picker.state == "ready")
    controller.parts.loader.info = None  # the fake's context is another
    fake_engine.enqueue(FakeReply(("Half",), reason=FinishReason.ERROR, error=EngineOutOfMemory(code=-9, log="")))
    send(window, qtbot, "Hello")
    assert shown(window, "remedy")[2] == "shorter-context"
    with qtbot.waitSignal(controller.transcript.replyFinished):
        controller.transcript.applyRemedy(last(window).id, "shorter-context")
    assert fake_engine.loads[-1].n_ctx == 2048
    assert last(window).text == "HalfHello there."
    assert "2,048" in controller.notifier.text


def test_the_shortest_context_leads_to_another_model(window: Window, qtbot: QtBot, fake_engine: FakeEngine) -> None:
    controller = window.controller
    qtbot.waitUntil(lambda: controller.picker.state == "ready")
    fake_engine.enqueue(FakeReply((), reason=FinishReason.ERROR, error=EngineOutOfMemory(code=-9, log="")))
    send(window, qtbot, "Hello")
    controller.transcript.applyRemedy(last(window).id, "shorter-context")
    assert controller.page == "models", "the fake's context has 512 tokens"
