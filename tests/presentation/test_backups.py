"""The daily backup beside the window, and the way back to one with its undo."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.assembly import Window
from app.paths import Paths


def titles(window: Window) -> list[str]:
    return [conversation.title for conversation in window.controller.parts.store.list()]


def test_once_a_day(window: Window, qtbot: QtBot) -> None:
    backups = window.backups
    window.controller.parts.store.create("A")
    backups.look()
    qtbot.waitUntil(lambda: len(backups.entries) == 1)
    backups.look()
    backups.refresh()
    with qtbot.waitSignal(backups.changed):
        pass
    assert len(backups.entries) == 1
    assert set(backups.entries[0]) == {"name", "when", "size"}


def test_restore_and_its_undo(window: Window, qtbot: QtBot) -> None:
    backups, store = window.backups, window.controller.parts.store
    store.create("A")
    backups.makeNow()
    qtbot.waitUntil(lambda: len(backups.entries) == 1 and not backups.isBusy)
    assert window.notifier.text == "The backup was made."
    second = store.create("B")
    window.controller.conversations.refresh()
    window.controller.conversations.select(second.id)
    backups.restore(backups.entries[0]["name"])
    qtbot.waitUntil(lambda: titles(window) == ["A"] and not backups.isBusy)
    assert window.controller.conversations.count == 1
    assert window.controller.conversations.currentId == ""
    assert "was restored" in window.notifier.text
    window.notifier.act()
    qtbot.waitUntil(lambda: titles(window) == ["B", "A"] and not backups.isBusy)
    assert window.controller.conversations.count == 2


def test_a_damaged_one_changes_nothing(window: Window, qtbot: QtBot, folders: Paths) -> None:
    backups, store = window.backups, window.controller.parts.store
    store.create("A")
    backups.makeNow()
    qtbot.waitUntil(lambda: len(backups.entries) == 1 and not backups.isBusy)
    name = backups.entries[0]["name"]
    (folders.backups / name).write_bytes(b"damaged" * 500)
    store.create("B")
    backups.restore(name)
    qtbot.waitUntil(lambda: "cannot be restored" in window.notifier.text)
    assert titles(window) == ["B", "A"]


def test_not_while_a_reply_is_written(window: Window, qtbot: QtBot) -> None:
    backups = window.backups
    window.controller.conversations.mark_streaming("a", True)
    backups.restore("any")
    assert window.notifier.text.startswith("A reply is being written")
