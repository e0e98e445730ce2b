"""One toast at a time: what was done, and the one button that undoes it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

SHOWN_MS = 8000


@QmlElement
@QmlUncreatable("made by the program")
class Notifier(QObject):  # type: ignore[operator]
    """The toast. It stays for eight seconds, or until it is closed; the next one replaces it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._action_text = ""
        self._action: Callable[[], None] | None = None
        self._when_gone: Callable[[], None] | None = None
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.dismiss)

    def show(
        self,
        text: str,
        action_text: str = "",
        action: Callable[[], None] | None = None,
        when_gone: Callable[[], None] | None = None,
        stays: bool = False,
    ) -> None:
        """Shows ``text`` with an optional button that runs ``action`` once; ``when_gone`` runs where it was not.

        With ``stays`` it does not go away by itself.
        """
        self.dismiss()
        self._text, self._action_text, self._action, self._when_gone = text, action_text, action, when_gone
        if not stays:
            self._timer.start()
        self.changed.emit()

    @Property(str, notify=changed)
    def text(self) -> str:
        return self._text

    @Property(str, notify=changed)
    def actionText(self) -> str:
        return self._action_text

    @Property(bool, notify=changed)
    def isVisible(self) -> bool:
        return bool(self._text)

    @Slot()
    def act(self) -> None:
        """Runs the button's action and closes the toast."""
        action, self._when_gone = self._action, None
        self.dismiss()
        if action:
            action()

    @Slot()
    def dismiss(self) -> None:
        """Closes the toast."""
        self._timer.stop()
        when_gone, self._when_gone = self._when_gone, None
        self._text, self._action_text, self._action = "", "", None
        self.changed.emit()
        if when_gone:
            when_gone()
