"""The daily copy of the database, made beside the window while nobody waits, and the way back to one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread
from app.storage.backups import Backup, Backups

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

FIRST_AFTER_MS: Final = 60_000
LOOK_EVERY_MS: Final = 3_600_000


@QmlElement
@QmlUncreatable("made by the program")
class BackupController(QObject):  # type: ignore[operator]
    """Lists, makes and restores backups. ``restored`` when everything on disk is another."""

    changed = Signal()
    restored = Signal()

    def __init__(
        self,
        backups: Backups,
        conversations: ConversationListModel,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._backups = backups
        self._conversations = conversations
        self._notifier = notifier
        self._thread = SideThread("backups", self)
        self._found: list[Backup] = []
        self._is_busy = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @Property("QVariantList", notify=changed)
    def entries(self) -> list[dict[str, str]]:
        """Each with ``name``, ``when`` and ``size``, the newest first."""
        return [{"name": backup.name, "when": _when(backup), "size": i18n.size(backup.bytes)} for backup in self._found]

    @Property(bool, notify=changed)
    def isBusy(self) -> bool:
        return self._is_busy

    def start(self) -> None:
        """Looks whether a copy is due in a minute, and then every hour."""
        QTimer.singleShot(FIRST_AFTER_MS, self, self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Makes today's copy where there is none; a reply is not disturbed by it."""
        if self._conversations.is_streaming:
            return

        def work() -> Backup | None:
            now = datetime.now(UTC)
            return self._backups.make(now) if self._backups.is_due(now) else None

        self._thread.run(work, lambda made: self.refresh() if made else None, self._fail)

    @Slot()
    def refresh(self) -> None:
        """Reads the list of copies."""
        self._thread.run(self._backups.list, self._show)

    @Slot()
    def makeNow(self) -> None:
        """Makes a copy now."""
        self._set_busy(True)
        self._thread.run(lambda: self._backups.make(datetime.now(UTC)), self._tell_made, self._fail)

    @Slot(str)
    def restore(self, name: str) -> None:
        """Puts a copy in the place of everything; what is there is copied first, and the toast brings it back."""
        if self._conversations.is_streaming:
            self._notifier.show(i18n.text("backups.while_replying"))
            return
        backup = next((entry for entry in self._found if entry.name == name), None)
        if backup is None or self._is_busy:
            return
        self._set_busy(True)
        self._thread.run(
            lambda: self._backups.restore(backup.path, datetime.now(UTC)),
            lambda kept: self._tell_restored(backup, kept),
            self._fail,
        )

    def close(self) -> None:
        """Ends the thread after what it does now."""
        self._timer.stop()
        self._thread.close()

    def _show(self, found: list[Backup]) -> None:
        self._found = found
        self.changed.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self.changed.emit()

    def _tell_made(self, _made: Backup) -> None:
        self._set_busy(False)
        self.refresh()
        self._notifier.show(i18n.text("backups.made"))

    def _tell_restored(self, backup: Backup, kept: Backup | None) -> None:
        self._set_busy(False)
        self._conversations.select("")
        self._conversations.refresh()
        self.restored.emit()
        if kept is not None:
            self._found = [kept, *self._found]
        self.refresh()
        text = i18n.text("backups.restored", when=_when(backup))
        undo = (lambda: self.restore(kept.name)) if kept else None
        self._notifier.show(text, i18n.text("toast.undo") if undo else "", undo)

    def _fail(self, error: AppError) -> None:
        self._set_busy(False)
        self._notifier.show(i18n.error_sentence(error.key, error.values))


def _when(backup: Backup) -> str:
    return f"{backup.made_at.astimezone():%Y-%m-%d %H:%M}"
