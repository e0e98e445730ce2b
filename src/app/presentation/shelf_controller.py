"""Where conversations stand, as the sidebar changes it: folders, pinned, archive, trash; undone where it can be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.store_thread import StoreThread
from app.storage.shelf import ALL, ARCHIVE, TRASH, Shelf

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class ShelfController(QObject):  # type: ignore[operator]
    """Acts on the conversations of the list. ``purged`` tells the id of each one that is gone for good."""

    changed = Signal()
    place_changed = Signal()
    purged = Signal(str)

    def __init__(
        self,
        shelf: Shelf,
        thread: StoreThread,
        conversations: ConversationListModel,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._thread = thread
        self._conversations = conversations
        self._notifier = notifier

    @Property("QVariantList", notify=changed)
    def folders(self) -> list[dict[str, str]]:
        return [{"value": folder.id, "text": folder.name} for folder in self._shelf.folders()]

    @Property("QVariantList", notify=changed)
    def places(self) -> list[dict[str, str]]:
        fixed = [
            {"value": place, "text": i18n.text(f"sidebar.place.{place or 'all'}")} for place in (ALL, ARCHIVE, TRASH)
        ]
        return [fixed[0], *self.folders, *fixed[1:]]

    def _get_place(self) -> str:
        return self._conversations.place

    def _set_place(self, place: str) -> None:
        if place != self._conversations.place:
            self._conversations.show_place(place)
            self.place_changed.emit()

    place = Property(str, _get_place, _set_place, notify=place_changed)

    @Property(str, notify=place_changed)
    def placeName(self) -> str:
        return next((place["text"] for place in self.places if place["value"] == self.place), "")

    @Property(bool, notify=place_changed)
    def isFolder(self) -> bool:
        return self._conversations.place not in (ALL, ARCHIVE, TRASH)

    @Property(bool, notify=place_changed)
    def isTrash(self) -> bool:
        return self._conversations.place == TRASH

    @Slot(str, bool)
    def pin(self, conversation_id: str, is_pinned: bool) -> None:
        """Puts a conversation above the others, or back among them."""
        self._do(lambda: self._shelf.pin(conversation_id, is_pinned))

    @Slot(str, bool)
    def archive(self, conversation_id: str, is_archived: bool) -> None:
        """Takes a conversation out of the list without deleting it, or puts it back."""
        if self._do(lambda: self._shelf.archive(conversation_id, is_archived)):
            key = "sidebar.archived" if is_archived else "sidebar.unarchived"
            self._offer(key, lambda: self._shelf.archive(conversation_id, not is_archived))

    @Slot(str, str)
    def move(self, conversation_id: str, folder_id: str) -> None:
        """Puts a conversation into a folder; "" takes it out of all."""
        before = self._conversations.conversation(conversation_id)
        earlier = before.folder_id if before else None
        if self._do(lambda: self._shelf.move(conversation_id, folder_id or None)):
            self._offer("sidebar.moved", lambda: self._shelf.move(conversation_id, earlier))

    @Slot(str)
    def duplicate(self, conversation_id: str) -> None:
        """Copies a conversation and shows the copy."""
        original = self._conversations.conversation(conversation_id)
        if original is None:
            return
        title = i18n.text("sidebar.copy_of", title=original.title)
        copies: list[str] = []
        if self._do(lambda: copies.append(self._shelf.duplicate(conversation_id, title))):
            self._conversations.select(copies[0])

    @Slot(str, str)
    def addFolder(self, name: str, conversation_id: str) -> None:
        """Makes a folder, with a conversation in it unless that is ""; without one the folder is shown."""
        if not name.strip():
            return
        folder = self._shelf.add_folder(name.strip())
        self.changed.emit()
        if conversation_id:
            self.move(conversation_id, folder.id)
        else:
            self._set_place(folder.id)

    @Slot(str)
    def renameFolder(self, name: str) -> None:
        """Gives the folder that is shown another name; an empty one leaves it as it is."""
        if name.strip() and self.isFolder:
            self._do(lambda: self._shelf.rename_folder(self.place, name.strip()))

    @Slot()
    def deleteFolder(self) -> None:
        """Takes the folder that is shown away; its conversations stay."""
        folder_id = self.place
        if self.isFolder and self._do(lambda: self._shelf.delete_folder(folder_id)):
            self._set_place(ALL)
            self._offer("sidebar.folder_deleted", lambda: self._shelf.restore_folder(folder_id))

    @Slot(str)
    def restore(self, conversation_id: str) -> None:
        """Takes a conversation out of the trash."""
        self._conversations.restore(conversation_id)

    @Slot(str)
    def purge(self, conversation_id: str) -> None:
        """Deletes a conversation of the trash for good; "" all of them."""
        chosen = [conversation_id] if conversation_id else [entry.id for entry in self._shelf.list(TRASH)]
        self._purge(chosen)

    def empty(self, days: int) -> None:
        """Deletes for good what has been in the trash for ``days``; 0: nothing."""
        if days:
            self._purge(self._shelf.expired(days))

    def retranslate(self) -> None:
        """Says the places in the language in use."""
        self.changed.emit()

    def _purge(self, conversation_ids: list[str]) -> None:
        def done(_: object) -> None:
            for conversation_id in conversation_ids:
                self.purged.emit(conversation_id)
            self._conversations.refresh()

        if conversation_ids:
            self._thread.run(lambda database: Shelf(database).purge(conversation_ids), done, self._say)

    def _do(self, change: Callable[[], None]) -> bool:
        try:
            change()
        except AppError as error:
            self._say(error)
            return False
        self._conversations.refresh()
        self.changed.emit()
        return True

    def _offer(self, key: str, undo: Callable[[], None]) -> None:
        self._notifier.show(i18n.text(key), i18n.text("toast.undo"), lambda: self._undo(undo))

    def _undo(self, undo: Callable[[], None]) -> None:
        self._do(undo)

    def _say(self, error: AppError) -> None:
        self._notifier.show(i18n.error_sentence(error.key, error.values))
