"""The real window, offscreen, around a fake engine; every warning of QML fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import cast

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.window_fixtures import fake_engine, settings

from app import assembly
from app.bootstrap import first_look
from app.paths import Paths
from app.presentation import strings
from app.storage.database import Database
from app.storage.settings import SettingsFile
from app.ui import start

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
start.prepare_environment(is_software_rendered=True)

__all__ = ["fake_engine", "settings"]


def below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Yields an item and all that is seen below it; delegates are no QObject children."""
    yield item
    for child in item.childItems():
        if child.isVisible():
            yield from below(child)


class OpenWindow:
    """A filled window: what a person finds, reads, clicks and types in it."""

    def __init__(self, qtbot: QtBot, parts: assembly.Window, engine: start.WindowEngine) -> None:
        self.qtbot = qtbot
        self.parts = parts
        self.controller = parts.controller
        self.engine = engine
        self.quick: QQuickWindow = engine.window

    def all(self, name: str) -> list[QQuickItem]:
        """Returns what is seen under an object name."""
        return [item for item in below(self.quick.contentItem()) if item.objectName() == name]

    def has(self, name: str) -> bool:
        """Returns whether something is seen under an object name."""
        return bool(self.all(name))

    def focusable(self) -> list[QQuickItem]:
        """Returns what is seen and can be reached with Tab."""
        return [item for item in below(self.quick.contentItem()) if item.activeFocusOnTab() and item.isEnabled()]

    def find(self, name: str) -> QQuickItem:
        """Waits for something to be seen under an object name, and returns it."""
        self.qtbot.waitUntil(lambda: self.has(name))
        return self.all(name)[0]

    def property_of(self, name: str, key: str) -> object:
        """Returns a property of what is seen under an object name."""
        return self.find(name).property(key)

    def name_of(self, name: str) -> str:
        """Returns the accessible name, as a screen reader gets it."""
        return accessible_name(self.find(name))

    def click(self, name: str) -> None:
        """Clicks the middle of a control."""
        at = self._middle(name)
        QTest.mouseClick(self.quick, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def focus(self, name: str) -> None:
        """Gives a control the keyboard, as Tab does; what scrolls shows it."""
        self.find(name).forceActiveFocus(Qt.FocusReason.TabFocusReason)

    def double_click(self, name: str) -> None:
        """Clicks twice in the middle of a control."""
        at = self._middle(name)
        QTest.mouseDClick(self.quick, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def _middle(self, name: str) -> QPoint:
        """Returns where a control's middle is once a frame shows it inside the window."""
        self.qtbot.waitUntil(lambda: self._is_inside(self._place(name)))
        return self._place(name)

    def _place(self, name: str) -> QPoint:
        item = self.find(name)
        self._scroll_to(item)
        self.quick.grabWindow()
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()

    def _scroll_to(self, item: QQuickItem) -> None:
        """Scrolls the pages around a control until it is seen, as a person does."""
        around = cast("QQuickItem | None", item.parentItem())
        while around is not None:
            top = item.mapToItem(around, QPointF(0, 0)).y()
            is_page = around.inherits("QQuickFlickable") and not around.inherits("QQuickItemView")
            if is_page and (top < 0 or top + item.height() > around.height()):
                around.setProperty("contentY", around.property("contentY") + top - around.height() / 2)
            around = cast("QQuickItem | None", around.parentItem())

    def _is_inside(self, place: QPoint) -> bool:
        return 0 <= place.x() < self.quick.width() and 0 <= place.y() < self.quick.height()

    def spoken(self) -> set[str]:
        """Returns the messages that are seen, as a screen reader says them."""
        return {accessible_name(item) for item in self.all("message")}

    def press(self, keys: str) -> None:
        """Presses a key or a shortcut, for example ``Ctrl+K``."""
        QTest.keySequence(self.quick, QKeySequence(keys))

    def type(self, text: str) -> None:
        """Types plain characters into what has the focus."""
        for character in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
                QGuiApplication.sendEvent(self.quick, event)

    def compose(self, preedit: str, committed: str = "") -> None:
        """Does what an input method does: shows ``preedit``, or commits a text."""
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(committed)
        QGuiApplication.sendEvent(self.quick.focusObject(), cast("QEvent", event))

    def has_focus(self, name: str) -> bool:
        """Returns whether a control has the keyboard."""
        return bool(self.find(name).property("activeFocus"))

    def wait(self, condition: Callable[[], bool]) -> None:
        """Waits until a condition holds."""
        self.qtbot.waitUntil(condition)

    def ask(self, text: str) -> None:
        """Sends a message and waits for the end of the reply."""
        with self.qtbot.waitSignal(self.controller.transcript.replyFinished):
            assert self.controller.composer.send(text)


def accessible_name(item: QQuickItem) -> str:
    """Returns what a screen reader calls an item, "" for one that it does not see."""
    interface = cast("QAccessibleInterface | None", QAccessible.queryAccessibleInterface(item))
    return "" if interface is None else interface.text(QAccessible.Text.Name)


_KEPT: list[OpenWindow] = []
"""Windows of tests that are over. Deleting a QML engine while the event loop goes on crashes in Qt now and then;
the program never does that, because its loop has ended by then."""


@pytest.fixture(scope="session", autouse=True)
def _end_engines_last() -> Iterator[None]:
    """Ends QML before the objects that it binds to, when no event loop runs any more."""
    yield
    while _KEPT:
        shiboken6.delete(_KEPT.pop().engine)


@pytest.fixture
def opened(qtbot: QtBot, folders: Paths, settings: SettingsFile, fake_engine: FakeEngine) -> Iterator[OpenWindow]:
    """The window as a person has it after the start, with the starter loaded."""
    strings.use_language("en")
    parts = assembly.Window(folders, settings, Database.open(folders.database), None)
    engine = start.open_window(first_look(settings.current))
    start.fill(engine, parts.controller)
    shown = OpenWindow(qtbot, parts, engine)
    shown.quick.requestActivate()
    qtbot.waitUntil(lambda: parts.controller.picker.state == "ready")
    yield shown
    warnings = list(engine.seen_warnings)
    shown.quick.close()
    _KEPT.append(shown)
    parts.close()
    assert fake_engine.is_closed
    assert warnings == []
