"""Files that go along with a message: added by button, drop and paste, read beside the window, shown before sending."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.attachments import AttachmentPart
from app.domain.errors import AppError, AttachmentImage, AttachmentsTooMany
from app.presentation.attachment_list_model import AttachmentListModel, DraftAttachment, attachment_facts
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

LONG_PASTE: Final = 10_000
"""Characters from which a pasted text becomes an attachment."""

MOST_PREVIEWED: Final = 50_000
"""Characters of a file that are shown; laying out more holds the window up."""

_LONG_WORD: Final = re.compile(r"\S{100}")
"""Gets a place to break: a word of 50,000 letters holds the window up for nine seconds otherwise."""


@QmlElement
@QmlUncreatable("made by the program")
class AttachmentsController(QObject):  # type: ignore[operator]
    """Holds the files of each conversation's draft; ``changed`` tells that another prompt would be sent."""

    changed = Signal()
    preview_changed = Signal()
    textInserted = Signal(str)
    _progressed = Signal(str, float)

    def __init__(
        self,
        notifier: Notifier,
        weigh: Callable[[str, Callable[[int, bool], None]], None],
        parent: QObject | None = None,
    ) -> None:
        """``weigh`` tells later how many tokens a text takes, and whether that is only the least that it takes.

        Where no model is in memory it never does.
        """
        super().__init__(parent)
        self._notifier = notifier
        self._weigh = weigh
        self._conversation_id = ""
        self._drafts: dict[str, list[DraftAttachment]] = {}
        self._numbers = itertools.count(1)
        self._files = AttachmentListModel(self)
        self._thread = SideThread("attachments", self)
        self._preview: AttachmentPart | None = None
        self._progressed.connect(self._show_progress)

    @property
    def parts(self) -> tuple[AttachmentPart, ...]:
        """The files of the draft that is shown, as they would be sent."""
        return tuple(row.part for row in self._shown() if row.part is not None)

    @property
    def whole_text(self) -> str:
        """All of the file that is shown."""
        return self._preview.text if self._preview else ""

    @Property(AttachmentListModel, constant=True)
    def files(self) -> AttachmentListModel:
        return self._files

    @Property(bool, notify=changed)
    def isReading(self) -> bool:
        return any(row.part is None for row in self._shown())

    @Property(bool, notify=preview_changed)
    def isPreviewed(self) -> bool:
        return self._preview is not None

    @Property(str, notify=preview_changed)
    def previewName(self) -> str:
        return self._preview.name if self._preview else ""

    @Property(str, notify=preview_changed)
    def previewFacts(self) -> str:
        if self._preview is None:
            return ""
        facts = [attachment_facts(self._preview)]
        if len(self.whole_text) > MOST_PREVIEWED:
            facts.append(i18n.text("attachments.beginning"))
        return " · ".join(facts)

    @Property(str, notify=preview_changed)
    def previewText(self) -> str:
        return _LONG_WORD.sub("\\g<0>\u200b", self.whole_text[:MOST_PREVIEWED])

    def show(self, conversation_id: str) -> None:
        """Goes over to another conversation and its draft."""
        self._conversation_id = conversation_id
        self._follow()

    def clear(self) -> None:
        """Forgets the files of the draft that is shown: they were sent."""
        self._drafts.pop(self._conversation_id, None)
        self._follow()

    def weigh_again(self) -> None:
        """Measures every file anew: another model is in memory."""
        for row in itertools.chain.from_iterable(self._drafts.values()):
            if row.part is not None:
                self._measure(row, row.part)

    def retranslate(self) -> None:
        """Says everything again, in another language."""
        self._files.touch()
        self.preview_changed.emit()

    def preview(self, part: AttachmentPart) -> None:
        """Shows the text of a file."""
        self._preview = part
        self.preview_changed.emit()

    def shut_down(self) -> None:
        """Gives up what is being read."""
        for row in itertools.chain.from_iterable(self._drafts.values()):
            row.cancelled.set()
        self._thread.close()

    def attach(self, paths: Sequence[Path]) -> None:
        """Adds files to the draft that is shown and reads them beside the window."""
        for path in paths:
            row = self._add(path.name)
            if row is None:
                return
            self._read(path, row)

    @Slot("QVariantList")
    def add(self, urls: Sequence[Any]) -> None:
        """Adds the files of local addresses."""
        self.attach(local_files(urls))

    @Slot(str)
    def remove(self, attachment_id: str) -> None:
        """Takes a file out of the draft; what is still being read is given up."""
        for row in self._shown():
            if row.id == attachment_id:
                self._drop(row)

    @Slot(str)
    def open(self, attachment_id: str) -> None:
        """Shows the text of a file of the draft."""
        for row in self._shown():
            if row.id == attachment_id and row.part is not None:
                self.preview(row.part)

    @Slot()
    def closePreview(self) -> None:
        """Shows no file any more."""
        self._preview = None
        self.preview_changed.emit()

    @Slot(result=bool)
    def paste(self) -> bool:
        """Adds what the clipboard holds if that is files or a long text; False where it is text for the message box."""
        pasted = QGuiApplication.clipboard().mimeData()
        if paths := local_files(pasted.urls()):
            self.attach(paths)
            return True
        text = pasted.text()
        if pasted.hasImage() and not text:
            self._say(AttachmentImage(name=i18n.text("attachments.clipboard")))
            return True
        if len(text) > LONG_PASTE:
            self._attach_text(text)
            return True
        return False

    def _attach_text(self, text: str) -> None:
        row = self._add(i18n.text("attachments.pasted"))
        if row is None:
            return
        data = text.encode("utf-8", "replace")
        part = AttachmentPart(row.name, text, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        self._take(row, part)

        def insert() -> None:
            self._drop(row)
            self.textInserted.emit(text)

        self._notifier.show(i18n.text("attachments.long_paste"), i18n.text("attachments.as_text"), insert)

    def _add(self, name: str) -> DraftAttachment | None:
        from app.services.attaching import MOST_ATTACHMENTS

        rows = self._drafts.setdefault(self._conversation_id, [])
        if len(rows) >= MOST_ATTACHMENTS:
            self._say(AttachmentsTooMany(name=name, limit=MOST_ATTACHMENTS))
            return None
        row = DraftAttachment(f"attachment-{next(self._numbers)}", name)
        rows.append(row)
        self._follow()
        return row

    def _read(self, path: Path, row: DraftAttachment) -> None:
        def work() -> AttachmentPart | None:
            from app.attachments.reader import read_attachment

            return read_attachment(path, lambda fraction: self._progressed.emit(row.id, fraction), row.cancelled)

        def fail(error: AppError) -> None:
            if not row.cancelled.is_set():
                self._drop(row)
                self._say(error)

        self._thread.run(work, lambda part: self._take(row, part), fail)

    def _take(self, row: DraftAttachment, part: AttachmentPart | None) -> None:
        if part is None or row.cancelled.is_set():
            return
        row.part = part
        self._follow()
        self._measure(row, part)

    def _measure(self, row: DraftAttachment, part: AttachmentPart) -> None:
        def told(tokens: int, is_least: bool) -> None:
            row.part, row.is_least = replace(part, tokens=tokens), is_least
            self._files.touch()

        self._weigh(part.framed, told)

    def _drop(self, row: DraftAttachment) -> None:
        row.cancelled.set()
        for rows in self._drafts.values():
            if row in rows:
                rows.remove(row)
        self._follow()

    def _show_progress(self, attachment_id: str, fraction: float) -> None:
        for row in self._shown():
            if row.id == attachment_id:
                row.fraction = fraction
                self._files.touch()

    def _follow(self) -> None:
        self._files.show(list(self._shown()))
        self.changed.emit()

    def _shown(self) -> list[DraftAttachment]:
        return self._drafts.get(self._conversation_id, [])

    def _say(self, error: AppError) -> None:
        self._notifier.show(i18n.error_sentence(error.key, error.values))


def local_files(urls: Sequence[Any]) -> list[Path]:
    """Returns the paths of those addresses that are files of this machine."""
    found = (QUrl(url) for url in urls)
    return [Path(url.toLocalFile()) for url in found if url.isLocalFile()]
