"""Selecting text with the mouse across blocks and messages: every block is a text of its own to Qt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtCore import Q_ARG, Q_RETURN_ARG, QMetaObject, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable
from PySide6.QtQuick import QQuickItem

from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

TEXT: Final = "isTranscriptText"
"""The property by which a text that takes part is known."""


@QmlElement
@QmlUncreatable("made by the program")
class TextSelection(QObject):  # type: ignore[operator]
    """From the text where the mouse was pressed to the one where it is now; within one text Qt selects by itself.

    Texts that are not laid out (far outside the view) do not take part.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._anchor: QQuickItem | None = None
        self._anchor_at = 0
        self._is_wide = False

    @Property(bool, notify=changed)
    def isWide(self) -> bool:
        """Whether more than one text is selected."""
        return self._is_wide

    @Slot(QQuickItem, QPointF)
    def press(self, view: QQuickItem, scene: QPointF) -> None:
        """Begins at a place of the scene; what was selected before is selected no more."""
        texts = list(texts_below(view))
        self._anchor = next((text for text in texts if _holds(text, scene)), None)
        if self._anchor is not None:
            self._anchor_at = _position(self._anchor, scene)
        for text in texts:
            if text is not self._anchor:
                QMetaObject.invokeMethod(text, "deselect")
        self._set_wide(False)

    @Slot(QQuickItem, QPointF)
    def move(self, view: QQuickItem, scene: QPointF) -> None:
        """Selects up to a place of the scene."""
        texts = list(texts_below(view))
        if self._anchor not in texts:
            return
        start, end = texts.index(self._anchor), _nearest(texts, scene)
        if start == end and not self._is_wide:
            return
        self._set_wide(self._is_wide or start != end)
        low, high = min(start, end), max(start, end)
        at = _position(texts[end], scene)
        for number, text in enumerate(texts):
            first, last = 0, int(text.property("length"))
            if number == start:
                first, last = (self._anchor_at, last) if end > start else (first, self._anchor_at)
            if number == end:
                first, last = (first, at) if end > start else (at, last)
            if start == end == number:
                first, last = sorted((self._anchor_at, at))
            if low <= number <= high:
                _select(text, first, last)
            else:
                QMetaObject.invokeMethod(text, "deselect")

    @Slot(QQuickItem)
    def copy(self, view: QQuickItem) -> None:
        """Copies what is selected, a line for each text."""
        parts = [str(text.property("selectedText")) for text in texts_below(view)]
        # Qt gives paragraphs and lines as U+2029 and U+2028.
        chosen = "\n".join(part for part in parts if part).replace("\u2029", "\n").replace("\u2028", "\n")
        if chosen:
            QGuiApplication.clipboard().setText(chosen)

    def _set_wide(self, is_wide: bool) -> None:
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.changed.emit()


def texts_below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Yields the texts that take part and are seen below an item, in the order of reading."""
    found: list[QQuickItem] = []
    waiting = [item]
    while waiting:
        one = waiting.pop()
        if one.property(TEXT):
            found.append(one)
        waiting.extend(child for child in one.childItems() if child.isVisible())
    yield from sorted(found, key=lambda text: (text.mapToScene(QPointF()).y(), text.mapToScene(QPointF()).x()))


def _holds(text: QQuickItem, scene: QPointF) -> bool:
    return bool(text.contains(text.mapFromScene(scene)))


def _nearest(texts: list[QQuickItem], scene: QPointF) -> int:
    """Returns the number of the text at a place, else of the nearest one above or below."""

    def distance(number: int) -> tuple[float, float]:
        text = texts[number]
        inside = text.mapFromScene(scene)
        return (_outside(inside.y(), text.height()), _outside(inside.x(), text.width()))

    return min(range(len(texts)), key=distance)


def _outside(value: float, size: float) -> float:
    return max(-value, value - size, 0.0)


def _position(text: QQuickItem, scene: QPointF) -> int:
    inside = text.mapFromScene(scene)
    if inside.y() < 0:
        return 0
    if inside.y() > text.height():
        return int(text.property("length"))
    found: Any = QMetaObject.invokeMethod(
        text,
        "positionAt",
        Qt.ConnectionType.DirectConnection,
        Q_RETURN_ARG("int"),
        Q_ARG("qreal", inside.x()),
        Q_ARG("qreal", inside.y()),
    )
    return int(found)


def _select(text: QQuickItem, first: int, last: int) -> None:
    QMetaObject.invokeMethod(text, "select", Q_ARG("int", first), Q_ARG("int", last))
