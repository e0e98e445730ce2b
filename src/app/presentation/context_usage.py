"""How full the context window is, as the gauge, the inspector and the composer say it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import ContextFull, ErrorReport, PromptTooLong
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class ContextUsage(QObject):  # type: ignore[operator]
    """Tokens used, left and in all; and what stands in the way of sending, if something does."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._used: int | None = 0
        self._size = 0
        self._error: ErrorReport | None = None

    def show(self, used: int | None, size: int, error: ErrorReport | None = None) -> None:
        """Shows how many of ``size`` tokens are used, None where that is not known, and why nothing can be sent."""
        if (used, size, error) != (self._used, self._size, self._error):
            self._used, self._size, self._error = used, size, error
            self.changed.emit()

    def retranslate(self) -> None:
        """Says everything again, in another language."""
        self.changed.emit()

    @Property(int, notify=changed)
    def used(self) -> int:
        return self._used or 0

    @Property(int, notify=changed)
    def size(self) -> int:
        return self._size

    @Property(float, notify=changed)
    def fraction(self) -> float:
        return min(self._used / self._size, 1.0) if self._used and self._size else 0.0

    @Property(str, notify=changed)
    def text(self) -> str:
        if not self._size:
            return ""
        used = "–" if self._used is None else f"{self._used:,}"
        return i18n.text("composer.context_of", used=used, size=f"{self._size:,}")

    @Property(str, notify=changed)
    def leftText(self) -> str:
        if not self._size or self._used is None:
            return ""
        return i18n.text("composer.context_left", left=f"{max(0, self._size - self._used):,}")

    @Property(bool, notify=changed)
    def isTooLong(self) -> bool:
        return self._error is not None and self._error.key == PromptTooLong.key

    @Property(bool, notify=changed)
    def canRoll(self) -> bool:
        return self._error is not None and self._error.key == ContextFull.key

    @Property(str, notify=changed)
    def notice(self) -> str:
        return i18n.error_sentence(self._error.key, self._error.values) if self._error else ""
