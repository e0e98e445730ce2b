"""Tells on the desktop that a reply has ended while the person is in another window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from app import i18n
from app.domain.errors import MessageNotFound
from app.domain.messages import Message, MessageStatus
from app.presentation.reply_line import ReplyLine
from app.storage.conversations import ConversationStore
from app.storage.settings import SettingsFile

LONGEST_SHOWN: Final = 240
"""Characters of a reply."""


class Desktop(Protocol):
    """What shows a notification."""

    def show(self, summary: str, body: str) -> None:
        """Shows two plain texts."""


def is_away() -> bool:
    """Returns whether no window of Skald is seen and has the keyboard; a minimized one may keep it."""
    return not any(window.isActive() and window.isExposed() for window in QGuiApplication.topLevelWindows())


class ReplyNotices(QObject):
    """``wanted`` when a reply ended unseen. The notification holds nothing of it unless the person allowed that."""

    wanted = Signal()

    def __init__(
        self,
        line: ReplyLine,
        store: ConversationStore,
        settings: SettingsFile,
        desktop: Desktop,
        is_unseen: Callable[[], bool] = is_away,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._desktop = desktop
        self._is_unseen = is_unseen
        line.finished.connect(self._tell)

    def _tell(self, _conversation_id: str, message_id: str) -> None:
        if not self._settings.current.is_notified or not self._is_unseen():
            return
        try:
            message = self._store.message(message_id)
        except MessageNotFound:  # of a temporary conversation that was left in mid-reply
            return
        if message.status is not MessageStatus.STOPPED:
            self._desktop.show(*self._words(message))
            self.wanted.emit()

    def _words(self, message: Message) -> tuple[str, str]:
        has_failed = message.status is MessageStatus.ERROR
        said = i18n.text("notification.failed" if has_failed else "notification.finished")
        if has_failed or not self._settings.current.is_reply_in_notification:
            return "Skald", said
        text = " ".join(message.text.split())
        return said, text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
