"""Export and import from the window: chosen here, done in a thread beside it, told in a toast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread
from app.storage.archive import Adoption

if TYPE_CHECKING:
    from app.services.exchanging import Exchanging, Format

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

PDF: Final = "pdf"
FORMATS: Final = ("md", "html", PDF, "jsonl")
IMPORTED_ENDINGS: Final = (".jsonl", ".zip", "conversations.json", ".conversation.json")
_DOCUMENTS: Final = QStandardPaths.StandardLocation.DocumentsLocation
_HOME: Final = QStandardPaths.StandardLocation.HomeLocation


@QmlElement
@QmlUncreatable("made by the program")
class ExchangeController(QObject):  # type: ignore[operator]
    """Exports and imports conversations, one piece of work after the other. ``imported`` after every import."""

    changed = Signal()
    imported = Signal()
    _progressed = Signal(str)

    def __init__(
        self,
        open_exchanging: Callable[[], AbstractContextManager[Exchanging]],
        conversations: ConversationListModel,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """``open_exchanging`` is called in the thread of the work; what it gives has a connection of its own."""
        super().__init__(parent)
        self._open = open_exchanging
        self._conversations = conversations
        self._notifier = notifier
        self._thread = SideThread("exchange", self)
        self._status = ""
        self._progressed.connect(self._set_status)

    @Property(str, notify=changed)
    def status(self) -> str:
        return self._status

    @Property(bool, notify=changed)
    def isBusy(self) -> bool:
        return bool(self._status)

    @Slot(str, result=QUrl)
    def suggestedFile(self, conversation_id: str) -> QUrl:
        """Returns a file among the person's documents for the export of a conversation, without an ending."""
        from app.services.exchanging import safe_name

        folders = map(QStandardPaths.writableLocation, (_DOCUMENTS, _HOME))
        folder = next((folder for folder in folders if Path(folder).is_dir()), "")
        return QUrl.fromLocalFile(str(Path(folder) / safe_name(self._conversations.title_of(conversation_id))))

    @Slot(str, QUrl, str)
    def exportOne(self, conversation_id: str, target: QUrl, wanted: str) -> None:
        """Writes one conversation to a file, in the format of its ending, else in the format ``wanted``."""
        path = Path(target.toLocalFile())
        name = path.suffix[1:].lower()
        if name not in FORMATS:
            name = wanted if wanted in FORMATS else FORMATS[0]
            path = _free(path.with_name(f"{path.name}.{name}"))
        self._export([conversation_id], name, path)

    @Slot(QUrl, str)
    def exportAll(self, target: QUrl, name: str) -> None:
        """Writes every conversation into a folder: as JSON Lines into one file, else into a file each."""
        path = Path(target.toLocalFile())
        if format_of(name).is_one_file:
            path /= f"skald-{datetime.now():%Y-%m-%d-%H%M%S}.{name}"
        self._export(None, name, path)

    @Slot("QVariantList")
    def importFiles(self, urls: Sequence[QUrl]) -> None:
        """Imports files: all of them, or none where one is bad. The toast undoes it."""
        paths = [Path(QUrl(url).toLocalFile()) for url in urls]

        def work() -> Adoption:
            with self._open() as exchanging:
                return exchanging.take_in(paths, self._progress("exchange.importing"))

        self._set_status(i18n.text("exchange.importing", done=0, total=len(paths)))
        self._thread.run(work, self._tell_imported, self._fail)

    def close(self) -> None:
        """Ends the thread after what it does now."""
        self._thread.close()

    def _export(self, ids: list[str] | None, name: str, target: Path) -> None:
        def work() -> int:
            with self._open() as exchanging:
                wanted = exchanging.all_ids() if ids is None else ids
                return exchanging.export(wanted, format_of(name), target, self._progress("exchange.exporting"))

        self._set_status(i18n.text("exchange.exporting", done=0, total=len(ids) if ids else self._conversations.count))
        self._thread.run(work, lambda written: self._tell_exported(written, target), self._fail)

    def _progress(self, key: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progressed.emit(i18n.text(key, done=done, total=total))

    @Slot(str)
    def _set_status(self, status: str) -> None:
        self._status = status
        self.changed.emit()

    def _tell_exported(self, written: int, target: Path) -> None:
        self._set_status("")
        key = "exchange.exported" if written else "exchange.nothing"
        self._notifier.show(i18n.text(key, count=written, name=target.name))

    def _tell_imported(self, adoption: Adoption) -> None:
        from app.services.exchanging import counts_text

        self._set_status("")
        self._follow()
        undo = (lambda: self._undo(adoption)) if adoption.is_change else None
        self._notifier.show(counts_text(adoption), i18n.text("toast.undo") if undo else "", undo)

    def _undo(self, adoption: Adoption) -> None:
        def work() -> None:
            with self._open() as exchanging:
                exchanging.undo(adoption)

        if self._conversations.current_id in (*adoption.added, *adoption.restored):
            self._conversations.select("")
        self._thread.run(work, lambda _nothing: self._follow(), self._fail)

    def _follow(self) -> None:
        self._conversations.refresh()
        self.imported.emit()

    def _fail(self, error: AppError) -> None:
        self._set_status("")
        self._notifier.show(i18n.error_sentence(error.key, error.values))


def _free(path: Path) -> Path:
    """Returns a path that nothing has yet: nobody was asked whether this one may be written over."""
    numbered = (path.with_stem(f"{path.stem} {number}") for number in count(2))
    return next(found for found in chain([path], numbered) if not found.exists())


def format_of(name: str) -> Format:
    """Returns a format by its name; that of PDF is the window's own."""
    from app.services.exchanging import FORMATS as TEXT_FORMATS
    from app.services.exchanging import Format

    if name != PDF:
        return TEXT_FORMATS[name]
    from app.presentation import pdf_document

    return Format(PDF, pdf_document.document)
