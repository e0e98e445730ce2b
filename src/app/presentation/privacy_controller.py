"""What may leave the window: requests to the network, and notifications on the desktop."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import NetworkSwitchedOff
from app.presentation.preferences_controller import PreferencesController
from app.presentation.qml_property import Property
from app.storage.settings import SettingsFile

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class PrivacyController(QObject):  # type: ignore[operator]
    """``forbidden`` is emitted when the network is switched off, so that what is under way can stop."""

    changed = Signal()
    forbidden = Signal()

    def __init__(self, file: SettingsFile, preferences: PreferencesController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._preferences = preferences
        preferences.changed.connect(self.changed)
        preferences.languageChanged.connect(self.changed)

    def _get_forbidden(self) -> bool:
        return self._file.current.is_network_forbidden

    def _set_forbidden(self, is_forbidden: bool) -> None:
        was_forbidden = self._file.current.is_network_forbidden
        self._preferences.change(is_network_forbidden=is_forbidden)
        if self._file.current.is_network_forbidden and not was_forbidden:
            self.forbidden.emit()

    networkForbidden = Property(bool, _get_forbidden, _set_forbidden, notify=changed)

    @Property(str, notify=changed)
    def forbiddenText(self) -> str:
        if not self._file.current.is_network_forbidden:
            return ""
        return i18n.error_sentence(NetworkSwitchedOff.key, {})

    @Slot()
    def allow(self) -> None:
        """Allows the network again."""
        self.networkForbidden = False

    def _get_notified(self) -> bool:
        return self._file.current.is_notified

    def _set_notified(self, is_notified: bool) -> None:
        self._preferences.change(is_notified=is_notified)

    notified = Property(bool, _get_notified, _set_notified, notify=changed)

    def _get_reply_shown(self) -> bool:
        return self._file.current.is_reply_in_notification

    def _set_reply_shown(self, is_shown: bool) -> None:
        self._preferences.change(is_reply_in_notification=is_shown)

    replyInNotification = Property(bool, _get_reply_shown, _set_reply_shown, notify=changed)
