"""The files of the draft that is shown, as rows: how far each is read, then its size and its tokens."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.attachments import AttachmentPart
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text
from app.presentation.rows import Rows

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(eq=False)
class DraftAttachment:
    """A file of a draft; ``part`` is None while it is read, and ``fraction`` tells how far that is.

    ``is_least``: it takes more tokens than were counted, because counting ended where no window would hold it.
    """

    id: str
    name: str
    part: AttachmentPart | None = None
    fraction: float = 0.0
    is_least: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)


def attachment_facts(part: AttachmentPart, is_least: bool = False) -> str:
    """Returns a file's size and what it takes of the prompt, at least or exactly, where that was measured."""
    parts = [bytes_text(part.size)]
    if part.tokens:
        parts.append(i18n.text("attachments.tokens", tokens=f"{'≥ ' if is_least else ''}{part.tokens:,}"))
    return " · ".join(parts)


@QmlElement
@QmlUncreatable("made by the program")
class AttachmentListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are files in the order in which they were added."""

    count_changed = Signal()

    ROLES = ("name", "attachmentId", "facts", "isReading")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[DraftAttachment] = []

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    def show(self, rows: list[DraftAttachment]) -> None:
        """Shows the files of a draft; where the same stand in the same order the rows stay."""
        if rows == self._rows:
            self.touch()
        else:
            self.replace_rows(rows)

    def value(self, row: DraftAttachment, role: str) -> Any:
        match role:
            case "name":
                return row.name
            case "attachmentId":
                return row.id
            case "isReading":
                return row.part is None
            case _:
                return attachment_facts(row.part, row.is_least) if row.part else _progress(row.fraction)


def _progress(fraction: float) -> str:
    return i18n.text("attachments.reading", percent=f"{fraction * 100:.0f}")
