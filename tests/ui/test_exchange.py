"""Export, import and backups where a person finds them: the conversation's menu and the Settings page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest
from tests.ui.conftest import OpenWindow, below

from app.domain.messages import Role, TextPart

PICTURES = os.environ.get("SKALD_TEST_PICTURES", "")


def picture(opened: OpenWindow, name: str) -> None:
    """Saves what the window shows where somebody wants to look at it."""
    if PICTURES:
        opened.quick.grabWindow().save(str(Path(PICTURES) / f"{name}.png"))


def say(opened: OpenWindow, title: str) -> str:
    store = opened.controller.parts.store
    conversation = store.create(title)
    store.add_message(conversation.id, Role.USER, [TextPart("Hello?")], parent_id=None)
    opened.controller.conversations.refresh()
    return conversation.id


def scroll_to(opened: OpenWindow, name: str) -> None:
    """Brings a control of a page into sight, as the wheel would."""
    item = opened.find(name)
    page = item
    while page.property("contentY") is None or page.property("contentHeight") is None:
        page = page.parentItem()
    y = item.mapToItem(page.property("contentItem"), QPointF(0, 0)).y()
    page.setProperty("contentY", max(0.0, min(y - 100, page.property("contentHeight") - page.height())))


def test_from_the_menu_of_a_conversation(opened: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = say(opened, "Trip: Kyoto?")
    row = opened.find("conversation")
    opened.quick.grabWindow()
    middle = row.mapToScene(QPointF(row.width() / 2, row.height() / 2)).toPoint()
    QTest.mouseClick(opened.quick, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, middle)
    opened.find("export")
    picture(opened, "menu")
    opened.click("export")
    opened.wait(lambda: bool(dialogs(opened)))
    (dialog,) = dialogs(opened)
    assert opened.controller.exchange.suggestedFile(made).fileName() == "Trip Kyoto"
    field = next(item for item in below(dialog.contentItem()) if item.objectName() == "fileNameTextField")
    if PICTURES:
        dialog.grabWindow().save(str(Path(PICTURES) / "export-dialog.png"))
    opened.wait(lambda: bool(field.property("enabled")))
    field.metaObject().invokeMethod(field, "forceActiveFocus")
    for character in "trip.html":
        QGuiApplication.sendEvent(dialog, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))
    assert field.property("text").endswith("trip.html")
    save = next(item for item in below(dialog.contentItem()) if item.property("text") == "Save")
    opened.wait(lambda: save.isEnabled())
    middle = save.mapToScene(QPointF(save.width() / 2, save.height() / 2)).toPoint()
    QTest.mouseClick(dialog, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    opened.wait(lambda: opened.parts.notifier.text != "")
    assert opened.name_of("toast") == "The conversation was exported to trip.html."
    assert "Hello?" in (tmp_path / "trip.html").read_text(encoding="utf-8")
    picture(opened, "toast")


def dialogs(opened: OpenWindow) -> list[QQuickWindow]:
    """Returns the other windows that are seen: Qt's own dialog of files is one."""
    windows = [window for window in QGuiApplication.allWindows() if isinstance(window, QQuickWindow)]
    return [window for window in windows if window.isVisible() and window is not opened.quick]


def test_on_the_settings_page(opened: OpenWindow, tmp_path: Path) -> None:
    say(opened, "One")
    opened.controller.showPage("settings")
    scroll_to(opened, "export-all")
    picture(opened, "settings-exchange")
    opened.controller.exchange.exportAll(QUrl.fromLocalFile(str(tmp_path)), "jsonl")
    opened.wait(lambda: not opened.controller.exchange.isBusy)
    (file,) = tmp_path.glob("skald-*.jsonl")
    opened.controller.exchange.importFiles([QUrl.fromLocalFile(str(file))])
    opened.wait(lambda: "1 was here already." in opened.name_of("toast"))


def test_a_backup_is_made_and_restored(opened: OpenWindow) -> None:
    say(opened, "One")
    opened.controller.showPage("settings")
    scroll_to(opened, "back-up-now")
    opened.click("back-up-now")
    opened.wait(lambda: opened.has("backup"))
    scroll_to(opened, "back-up-now")
    picture(opened, "settings-backups")
    say(opened, "Two")
    opened.wait(lambda: opened.controller.conversations.count == 2)
    assert opened.name_of("restore-backup").startswith("Restore the backup of 2")
    opened.click("restore-backup")
    opened.wait(lambda: opened.controller.conversations.count == 1)
    opened.click("toast-action")
    opened.wait(lambda: opened.controller.conversations.count == 2)
