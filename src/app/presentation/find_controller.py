"""Finding words in the conversation that is shown: the hits of every message, and where they stand in a text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QTextBlock
from PySide6.QtQml import QmlElement, QmlUncreatable
from PySide6.QtQuick import QQuickTextDocument

from app import i18n
from app.domain.messages import Message
from app.presentation.qml_property import Property
from app.presentation.transcript_model import TranscriptModel
from app.presentation.transcript_rows import Shown, rows_of

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

SLICE_S: Final = 0.008
MOST_HITS: Final = 10_000
SEARCHED_KINDS: Final = ("user", "rich", "code", "table")


@dataclass(frozen=True)
class Hit:
    """Where a hit stands: its message, the row within the message, and which one it is within that row."""

    message_id: str
    row: int
    occurrence: int


def hits_in(message: Message, wanted: re.Pattern[str], words: Sequence[str]) -> list[Hit]:
    """Returns the hits of a message as it is read, top to bottom; one that lacks some of ``words`` is not laid out."""
    plain = message.text.casefold()
    if not all(word in plain for word in words):
        return []
    rows = enumerate(rows_of(Shown(message)))
    return [
        Hit(message.id, at, occurrence)
        for at, row in rows
        if row.kind in SEARCHED_KINDS
        for occurrence, _ in enumerate(wanted.finditer(row.text))
    ]


@QmlElement
@QmlUncreatable("made by the program")
class FindController(QObject):  # type: ignore[operator]
    """The find bar. Messages are searched from the newest to the oldest in slices, so that typing never waits."""

    open_changed = Signal()
    queryChanged = Signal()
    changed = Signal()
    hitShown = Signal(int)
    """The row of the transcript (as QML counts them) in which the current hit stands."""
    focusWanted = Signal()

    def __init__(
        self, transcript: TranscriptModel, read: Callable[[], Sequence[Message]], parent: QObject | None = None
    ) -> None:
        """``read`` gives the messages that are shown, from the first on."""
        super().__init__(parent)
        self._transcript = transcript
        self._read = read
        self._is_open = False
        self._query = ""
        self._wanted: re.Pattern[str] | None = None
        self._hits: list[Hit] = []
        self._current = 0
        self._left: Iterator[Message] = iter(())
        self._work = QTimer(self, interval=0)
        self._work.timeout.connect(self._search_on)
        self._is_to_show = False
        transcript.modelReset.connect(self._begin)
        transcript.replyFinished.connect(self._begin)

    @Property(bool, notify=open_changed)
    def isOpen(self) -> bool:
        return self._is_open

    def _get_query(self) -> str:
        return self._query

    def _set_query(self, query: str) -> None:
        if query != self._query:
            self._query = query
            self._begin()
            self._is_to_show = True
            self.queryChanged.emit()

    query = Property(str, _get_query, _set_query, notify=queryChanged)

    @Property(int, notify=changed)
    def count(self) -> int:
        return len(self._hits)

    @Property(int, notify=changed)
    def occurrence(self) -> int:
        return self._hits[self._current].occurrence if self._hits else -1

    @Property(str, notify=changed)
    def countText(self) -> str:
        if not self._query:
            return ""
        if not self._hits:
            return i18n.text("find.searching" if self._work.isActive() else "find.nothing")
        at = len(self._hits) - self._current
        return i18n.text("find.count", at=f"{at:,}", count=f"{len(self._hits):,}")

    @Slot()
    def open(self) -> None:
        """Shows the bar, or gives it the keyboard where it is shown already."""
        if not self._is_open:
            self._is_open = True
            self._begin()
            self.open_changed.emit()
        self.focusWanted.emit()

    @Slot()
    def close(self) -> None:
        """Takes the bar and the marks away."""
        if self._is_open:
            self._is_open = False
            self._set_query("")
            self.open_changed.emit()

    @Slot(bool)
    def step(self, is_up: bool) -> None:
        """Goes to the next hit further down or up; after the last one comes the first."""
        if self._hits:
            self._current = (self._current + (1 if is_up else -1)) % len(self._hits)
            self.changed.emit()
            self._show()

    @Slot(QQuickTextDocument, result="QVariantList")
    def marksIn(self, document: QQuickTextDocument) -> list[QRectF]:
        """Returns where the hits stand in a TextEdit's document, in its pixels; several for one that is broken."""
        if self._wanted is None:
            return []
        text = document.textDocument()
        text.documentLayout().documentSize()  # lays out what is not laid out yet
        rectangles: list[QRectF] = []
        block = text.firstBlock()
        while block.isValid():
            for found in self._wanted.finditer(block.text()):
                rectangles.extend(_rectangles(block, found.start(), found.end()))
            block = block.next()
        return rectangles

    def _begin(self, *_about: Any) -> None:
        """Searches anew; the hits of the newest message come first."""
        needle = self._query.strip() if self._is_open else ""
        self._wanted = re.compile(re.escape(needle), re.IGNORECASE) if needle else None
        self._hits, self._current, self._is_to_show = [], 0, False
        self._left = iter(list(reversed(self._read()))) if needle else iter(())
        if needle:
            self._work.start()
        else:
            self._work.stop()
        self.changed.emit()

    def _search_on(self) -> None:
        """Searches for a moment; the hits are kept newest first, so that what is found later goes to the end."""
        wanted, end = self._wanted, time.monotonic() + SLICE_S
        words = self._query.casefold().split()
        while wanted is not None and len(self._hits) < MOST_HITS and time.monotonic() < end:
            message = next(self._left, None)
            if message is None:
                wanted = None
            else:
                self._hits.extend(reversed(hits_in(message, wanted, words)))
        if wanted is None or len(self._hits) >= MOST_HITS:
            self._work.stop()
        self.changed.emit()
        if self._hits and self._is_to_show:
            self._is_to_show = False
            self._show()

    def _show(self) -> None:
        hit = self._hits[self._current]
        row = self._transcript.lay_out_to(hit.message_id, hit.row)
        if row >= 0:
            self.hitShown.emit(row)


def _rectangles(block: QTextBlock, start: int, end: int) -> Iterator[QRectF]:
    """Yields a rectangle for each line on which the characters from ``start`` to ``end`` of a block stand."""
    layout = block.layout()
    origin = layout.position()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = line.textStart(), line.textStart() + line.textLength()
        if first < end and start < last:
            left, right = (_x(line.cursorToX(at)) for at in (max(start, first), min(end, last)))
            x, width = min(left, right), abs(right - left)
            yield QRectF(origin.x() + x, origin.y() + line.y(), width, line.height())


def _x(found: Any) -> float:
    """Returns the place that ``cursorToX`` gives, which PySide returns alone or with the cursor's own place."""
    return float(found[0] if isinstance(found, (tuple, list)) else found)
