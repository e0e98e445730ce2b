"""The composer: what can be done with the message box, and the draft of each conversation."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.domain.messages import content_of
from app.presentation.attachments_controller import AttachmentsController
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class ComposerController(QObject):  # type: ignore[operator]
    """Holds a draft for each conversation; sending and stopping are the window's, handed in."""

    changed = Signal()
    draftRestored = Signal()
    draft_changed = Signal()

    def __init__(
        self,
        send: Callable[[str], bool],
        stop: Callable[[], None],
        attachments: AttachmentsController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._send = send
        self._stop = stop
        self._attachments = attachments
        attachments.changed.connect(self.changed)
        attachments.changed.connect(self.draft_changed)
        self._drafts: dict[str, str] = {}
        self._conversation_id = ""
        self._is_generating = False
        self._status = ""
        self._is_too_long = False

    def show(self, conversation_id: str) -> None:
        """Goes over to another conversation and its draft."""
        if conversation_id != self._conversation_id:
            self._conversation_id = conversation_id
            self._attachments.show(conversation_id)
            self.draftRestored.emit()

    def forget(self, conversation_id: str) -> None:
        """Keeps no draft of a conversation."""
        self._drafts.pop(conversation_id, None)

    def show_progress(self, is_generating: bool, status: str) -> None:
        """Shows whether a reply of this conversation is on its way, and a line that says what it waits for."""
        if (is_generating, status) != (self._is_generating, self._status):
            self._is_generating, self._status = is_generating, status
            self.changed.emit()

    def refuse(self, is_too_long: bool) -> None:
        """Takes no message as long as the draft is longer than the context window."""
        if is_too_long != self._is_too_long:
            self._is_too_long = is_too_long
            self.changed.emit()

    @property
    def content(self) -> str:
        """What the model would read if the draft were sent now."""
        return content_of(self.draft, self._attachments.parts)

    @Property(AttachmentsController, constant=True)
    def attachments(self) -> AttachmentsController:
        return self._attachments

    @Property(bool, notify=changed)
    def isGenerating(self) -> bool:
        return self._is_generating

    @Property(bool, notify=changed)
    def canSend(self) -> bool:
        return not self._is_generating and not self._is_too_long and not self._attachments.isReading

    @Property(str, notify=changed)
    def status(self) -> str:
        return self._status

    @Property(str, notify=draftRestored)
    def draft(self) -> str:
        return self._drafts.get(self._conversation_id, "")

    @Slot(str)
    def saveDraft(self, text: str) -> None:
        """Keeps what is in the box for this conversation."""
        if text == self._drafts.get(self._conversation_id, ""):
            return
        if text:
            self._drafts[self._conversation_id] = text
        else:
            self._drafts.pop(self._conversation_id, None)
        self.draft_changed.emit()

    @Slot(str, result=bool)
    def send(self, text: str) -> bool:
        """Sends a message with what is attached; True when it is taken and the box can be emptied."""
        if not (text.strip() or self._attachments.parts) or not self.canSend:
            return False
        self._drafts.pop(self._conversation_id, None)
        return self._send(text)

    @Slot()
    def stop(self) -> None:
        """Stops the reply of this conversation."""
        self._stop()
