"""What a person does with one message: edit, delete, branch, copy, ask another model; each can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.messages import Role
from app.markup.blocks import parse
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.current_conversation import CurrentConversation, Resumed
from app.presentation.model_picker_controller import ModelPickerController
from app.presentation.notifier import Notifier
from app.services.editing import Editing
from app.storage.conversations import ConversationStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class MessageActions(QObject):  # type: ignore[operator]
    """Acts on messages of the current conversation; while a reply is written there nothing is edited or deleted."""

    def __init__(
        self,
        store: ConversationStore,
        editing: Editing,
        current: CurrentConversation,
        conversations: ConversationListModel,
        picker: ModelPickerController,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._editing = editing
        self._current = current
        self._conversations = conversations
        self._picker = picker
        self._notifier = notifier
        self._edited = ""
        current.resumed.connect(self._tell_resumed)

    @Slot(str)
    def beginEdit(self, message_id: str) -> None:
        """Puts a box with the message's text in its place; only one is open at a time."""
        if not self._current.is_busy:
            self.cancelEdit()
            self._edited = message_id
            self._current.transcript.open_editor(self._store.message(message_id))

    @Slot(str)
    def keepEdit(self, text: str) -> None:
        """Keeps what was typed into the box by now."""
        if self._edited:
            self._current.transcript.keep_edit(self._edited, text)

    @Slot()
    def cancelEdit(self) -> None:
        """Takes the box away and shows the message as it is."""
        edited, self._edited = self._edited, ""
        if edited:
            self._current.transcript.refresh(self._store.message(edited))

    @Slot(str)
    def saveEdit(self, text: str) -> None:
        """Puts the edited message beside the first one; a person's is answered anew."""
        if not self._edited or self._current.is_busy:
            return
        message = self._store.message(self._edited)
        if not text.strip() or text == message.text:
            self.cancelEdit()
            return
        self._edited = ""
        if message.role is Role.USER:
            self._current.ask_again(message.id, text)
            return
        conversation_id, tip = message.conversation_id, self._store.get(message.conversation_id).tip_id
        added = [self._editing.edit_reply(message.id, text).id]
        self._show_changed(conversation_id)
        self._offer(
            i18n.text("message.edited"),
            conversation_id,
            lambda: self._editing.take_back(conversation_id, added, tip),
        )

    @Slot(str)
    def remove(self, message_id: str) -> None:
        """Deletes one message; what follows it stays."""
        if self._current.is_busy:
            return
        removal = self._editing.remove(message_id)
        self._show_changed(removal.conversation_id)
        self._offer(i18n.text("message.deleted"), removal.conversation_id, lambda: self._editing.restore(removal))

    @Slot(str)
    def branch(self, message_id: str) -> None:
        """Begins a new conversation with the messages up to this one, and shows it."""
        before = self._current.conversation_id
        title = self._store.get(before).title
        branch = self._editing.branch(message_id, i18n.text("message.branch_title", title=title))
        self._conversations.refresh()
        self._conversations.select(branch.id)

        def undo() -> None:
            if self._conversations.current_id == branch.id:
                self._conversations.select(before)
            self._store.delete(branch.id)
            self._conversations.refresh()

        text = i18n.text("message.branched", title=title)
        self._notifier.show(text, i18n.text("toast.undo"), lambda: self._current.when_stopped(branch.id, undo))

    @Slot(str, str)
    def regenerateWith(self, message_id: str, model: str) -> None:
        """Chooses another model of the library and asks it for a reply beside this one."""
        self._picker.use(model, lambda: self._current.regenerate(message_id))

    @Slot(str)
    def copyText(self, message_id: str) -> None:
        """Copies a message as it is read, without the marks of Markdown."""
        message = self._store.message(message_id)
        is_plain = message.role is Role.USER
        self._copy(message.text if is_plain else "\n\n".join(block.plain() for block in parse(message.text)))

    @Slot(str)
    def copyMarkdown(self, message_id: str) -> None:
        """Copies a message as it was written."""
        self._copy(self._store.message(message_id).text)

    def _copy(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
        self._notifier.show(i18n.text("window.copied" if text else "window.nothing_to_copy"))

    def _tell_resumed(self, resumed: Resumed) -> None:
        def undo() -> None:
            if resumed.before is not None:
                self._editing.take_back_continuation(resumed.before)
            self._editing.take_back(resumed.conversation_id, resumed.added, resumed.tip)

        self._offer(i18n.text(resumed.key), resumed.conversation_id, undo)

    def _offer(self, text: str, conversation_id: str, undo: Callable[[], None]) -> None:
        """Says what was done and offers to undo it; a reply that is being written is stopped first."""

        def undo_and_show() -> None:
            undo()
            self._show_changed(conversation_id)

        self._notifier.show(
            text,
            i18n.text("toast.undo"),
            lambda: self._current.when_stopped(conversation_id, undo_and_show),
        )

    def _show_changed(self, conversation_id: str) -> None:
        self._conversations.refresh()
        if conversation_id == self._current.conversation_id:
            self._current.reopen()
