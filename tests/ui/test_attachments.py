"""Files in the window: dropped, pasted, looked at, removed, sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from tests.fakes import FakeEngine
from tests.ui.conftest import OpenWindow, accessible_name

from app.presentation.attachments_controller import LONG_PASTE


def written(folder: Path, name: str = "notes.txt", text: str = "The key is under the mat.") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def drop(opened: OpenWindow, *paths: Path) -> None:
    """Drags files over the middle of the window and lets them go."""
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = QPointF(opened.quick.width() / 2, opened.quick.height() / 2)
    action, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QGuiApplication.sendEvent(opened.quick, QDragEnterEvent(at.toPoint(), action, held, button, keys))
    QGuiApplication.sendEvent(opened.quick, QDropEvent(at, action, held, button, keys))


def test_a_dropped_file_is_sent_with_the_message(opened: OpenWindow, fake_engine: FakeEngine, tmp_path: Path) -> None:
    drop(opened, written(tmp_path), written(tmp_path, "表.csv", "甲,乙\n1,2\n"))
    opened.wait(lambda: len(opened.all("attachment")) == 2)
    opened.wait(lambda: not opened.controller.composer.attachments.isReading)
    opened.click("composer")
    opened.type("Where is it?")
    opened.press("Return")
    opened.wait(lambda: len(fake_engine.requests) == 1)
    content = fake_engine.requests[0].messages[-1].content
    assert "File: notes.txt\n```\nThe key is under the mat.\n```" in content
    assert content.endswith("File: 表.csv\n```csv\n甲,乙\n1,2\n```\n\nWhere is it?")
    opened.wait(lambda: "You: Where is it?\nAttached: notes.txt\nAttached: 表.csv" in opened.spoken())
    assert len(opened.all("attachment")) == 2  # now with the message


def test_a_file_is_looked_at_and_removed(opened: OpenWindow, tmp_path: Path) -> None:
    drop(opened, written(tmp_path))
    opened.wait(lambda: opened.has("attachment") and not opened.controller.composer.attachments.isReading)
    assert opened.name_of("attachment") == "notes.txt"
    assert opened.property_of("attachment-facts", "text") == "25 B"
    opened.click("attachment")
    assert opened.property_of("attachment-text", "text") == "The key is under the mat."
    opened.click("attachment-close")
    opened.wait(lambda: not opened.has("attachment-text"))
    opened.click("remove-attachment")
    opened.wait(lambda: not opened.has("attachment"))


def test_a_file_alone_can_be_sent(opened: OpenWindow, fake_engine: FakeEngine, tmp_path: Path) -> None:
    assert not opened.find("send").isEnabled()
    drop(opened, written(tmp_path))
    opened.wait(lambda: opened.find("send").isEnabled())
    opened.click("send")
    opened.wait(lambda: len(fake_engine.requests) == 1)


def test_files_and_long_texts_are_pasted_as_attachments(opened: OpenWindow, tmp_path: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("a few words")
    opened.click("composer")
    opened.press("Ctrl+V")
    assert opened.property_of("composer", "text") == "a few words"
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(written(tmp_path)))])
    clipboard.setMimeData(held)
    opened.press("Ctrl+V")
    opened.wait(lambda: opened.has("attachment") and not opened.controller.composer.attachments.isReading)
    assert opened.property_of("composer", "text") == "a few words"
    clipboard.setText("x" * (LONG_PASTE + 1))
    opened.press("Ctrl+V")
    opened.wait(lambda: len(opened.all("attachment")) == 2)
    opened.click("toast-action")
    opened.wait(lambda: len(opened.all("attachment")) == 1)
    assert opened.property_of("composer", "text") == "a few words" + "x" * (LONG_PASTE + 1)


def test_everything_about_a_file_is_reached_with_the_keyboard(opened: OpenWindow, tmp_path: Path) -> None:
    drop(opened, written(tmp_path))
    opened.wait(lambda: opened.has("attachment") and not opened.controller.composer.attachments.isReading)
    named = {item.objectName(): accessible_name(item) for item in opened.focusable()}
    assert named["attachment"] == "notes.txt"
    assert named["remove-attachment"] == "Remove attachment"
    assert named["attach"] == "Attach files"
    opened.find("attachment").forceActiveFocus()
    opened.press("Space")
    opened.find("attachment-text")
    opened.press("Escape")
    opened.wait(lambda: not opened.has("attachment-text"))
