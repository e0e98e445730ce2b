"""Text is selected with the mouse across blocks and messages, and copied with Ctrl+C."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

from app.presentation.text_selection import texts_below

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def texts(opened: OpenWindow) -> list[QQuickItem]:
    return list(texts_below(opened.find("transcript")))


def at(text: QQuickItem, x: float) -> QPoint:
    return text.mapToScene(QPointF(x, text.height() / 2)).toPoint()


def drag(opened: OpenWindow, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(opened.quick, LEFT, NO_KEYS, begin)
    for step in range(1, 11):
        place = begin + (end - begin) * step / 10
        QTest.mouseMove(opened.quick, place)
        opened.qtbot.waitUntil(lambda: True)
    QTest.mouseRelease(opened.quick, LEFT, NO_KEYS, end)


def test_a_drag_selects_from_one_message_to_the_next(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("One **bold** line.\n\n```\ncode\n```\n\nLast line.",)))
    opened.ask("Question")
    opened.wait(lambda: opened.has("facts"))
    said, bold, code, last = texts(opened)
    drag(opened, at(said, 2), at(last, last.width() - 2))
    opened.wait(lambda: [text.property("selectedText") for text in (bold, code)] == ["One bold line.", "code"])
    opened.press("Ctrl+C")
    assert QGuiApplication.clipboard().text() == "Question\nOne bold line.\ncode\nLast line."

    drag(opened, at(last, 2), at(bold, 0))
    opened.wait(lambda: said.property("selectedText") == "")
    opened.press("Ctrl+C")
    opened.wait(lambda: QGuiApplication.clipboard().text() == "One bold line.\ncode")


def test_a_click_ends_the_selection_and_one_text_is_copied_alone(opened: OpenWindow) -> None:
    opened.ask("Question")
    opened.wait(lambda: opened.has("facts"))
    said, reply = texts(opened)
    drag(opened, at(said, 2), at(reply, reply.width() - 2))
    opened.wait(lambda: bool(reply.property("selectedText")))
    drag(opened, at(reply, 0), at(reply, reply.width() - 2))
    opened.wait(lambda: said.property("selectedText") == "")
    opened.press("Ctrl+C")
    opened.wait(lambda: QGuiApplication.clipboard().text() == "Hello there.")
