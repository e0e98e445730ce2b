"""Colours code inside a TextEdit while it streams: QML says which document and which code, `markup` finds the roles.

The work is done in slices between events, a lexer is loaded in another thread, and painting only looks up spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QSyntaxHighlighter, QTextCursor, QTextDocument, QTextLayout
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickTextDocument

from app.markup import highlight
from app.markup.highlight import Span
from app.presentation.code_colours import formats
from app.presentation.lexer_loader import lexer_loader
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

SLICE_S: Final = 0.004
RUN_GAP_LINES: Final = 16
FINAL_AFTER_MS: Final = 300
"""Code that did not grow for so long is lexed as a whole once, where that could change something."""


class _SpanPainter(QSyntaxHighlighter):
    """Gives each line of a document the formats of its spans. Its parent is not the document, which may die first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.spans: Sequence[Sequence[Span]] = ()
        self.is_dark = False

    def text_document(self) -> QTextDocument | None:
        """Returns the document, or None where there is none or it was deleted."""
        return cast("QTextDocument | None", self.document())

    def paint(self, lines: Sequence[int]) -> None:
        """Formats some lines again, in order; those that the document does not have yet are formatted when they come.

        This is what `rehighlightBlock` does, but the document is laid out once for each run of lines and not once
        for each line, which would cost 2 ms a line where there are thousands.
        """
        document = self.text_document()
        if document is None:
            return
        for first, last in _runs(line for line in lines if line < document.blockCount()):
            block = begin = document.findBlockByNumber(first)
            end = begin.position()
            for line in range(first, last + 1):
                block.layout().setFormats(self._ranges(line, block.length() - 1))
                end = block.position() + block.length()
                block = block.next()
            document.markContentsDirty(begin.position(), end - begin.position())
            self._repaint(document, first, last)

    @staticmethod
    def _repaint(document: QTextDocument, first: int, last: int) -> None:
        """Tells a Quick TextEdit to draw these lines again; of formats alone it takes no notice."""
        layout = document.documentLayout()
        for line in range(first, last + 1):
            layout.updateBlock.emit(document.findBlockByNumber(line))

    def paint_all(self) -> None:
        """Formats every line again."""
        document = self.text_document()
        if document is not None:
            self.paint(range(document.blockCount()))

    def _ranges(self, line: int, length: int) -> list[QTextLayout.FormatRange]:
        """Returns the formats of a line of ``length`` UTF-16 units."""
        by_role = formats(self.is_dark)
        found: list[QTextLayout.FormatRange] = []
        for span in self.spans[line] if line < len(self.spans) else ():
            if span.start < length and span.role in by_role:
                made = QTextLayout.FormatRange()
                made.start = span.start
                made.length = min(span.length, length - span.start)
                made.format = by_role[span.role]
                found.append(made)
        return found

    def highlightBlock(self, text: str) -> None:
        """Formats one line; called by Qt when the line changes."""
        del text
        for made in self._ranges(self.currentBlock().blockNumber(), self.currentBlock().length() - 1):
            self.setFormat(made.start, made.length, made.format)


@QmlElement
class CodeHighlighter(QObject):
    """Colours the ``code`` that ``document`` (a TextEdit's textDocument) shows, in either order of their coming.

    Where ``writes`` is true it also puts the code into the document, and while code streams only what is new, so
    that only the last lines are laid out again; the TextEdit then has no text of its own.
    """

    documentChanged = Signal()
    languageChanged = Signal()
    darkChanged = Signal()
    codeChanged = Signal()
    writesChanged = Signal()
    painted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: QQuickTextDocument | None = None
        self._language = ""
        self._code = ""
        self._writes = False
        self._lexed: highlight.CodeHighlighter | None = None
        self._painter = _SpanPainter(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._work)
        self._final = QTimer(self, singleShot=True, interval=FINAL_AFTER_MS)
        self._final.timeout.connect(self._work_finally)
        self._is_new = False
        lexer_loader().loaded.connect(self._go_on)

    def _get_document(self) -> QQuickTextDocument | None:
        return self._document

    def _set_document(self, document: QQuickTextDocument | None) -> None:
        if document is not None and document == self._document:
            return
        if self._document is not None:
            self._document.destroyed.disconnect(self._forget_document)
        self._document = document
        if document is not None:
            document.destroyed.connect(self._forget_document)
        self._painter.setDocument(_text_document(document))
        self._write(0)
        self.documentChanged.emit()

    document = Property(QObject, _get_document, _set_document, notify=documentChanged)

    def _get_language(self) -> str:
        return self._language

    def _set_language(self, language: str) -> None:
        if language != self._language:
            self._language = language
            self._begin_anew()
            self.languageChanged.emit()

    language = Property(str, _get_language, _set_language, notify=languageChanged)

    def _get_dark(self) -> bool:
        return self._painter.is_dark

    def _set_dark(self, is_dark: bool) -> None:
        if is_dark != self._painter.is_dark:
            self._painter.is_dark = is_dark
            self._painter.paint_all()
            self.darkChanged.emit()

    dark = Property(bool, _get_dark, _set_dark, notify=darkChanged)

    def _get_code(self) -> str:
        return self._code

    def _set_code(self, code: str) -> None:
        if code == self._code:
            return
        is_longer = code.startswith(self._code)
        if not is_longer:
            self._begin_anew()
        written = len(self._code) if is_longer else 0
        self._code = code
        self._write(written)
        self._is_new = True
        self._soon.start()
        self.codeChanged.emit()

    code = Property(str, _get_code, _set_code, notify=codeChanged)

    def _get_writes(self) -> bool:
        return self._writes

    def _set_writes(self, writes: bool) -> None:
        if writes != self._writes:
            self._writes = writes
            self._write(0)
            self.writesChanged.emit()

    writes = Property(bool, _get_writes, _set_writes, notify=writesChanged)

    def _write(self, written: int) -> None:
        """Puts the code into the document, whose text is its first ``written`` characters already."""
        document = self._painter.text_document()
        if document is None or not self._writes:
            return
        if written:
            cursor = QTextCursor(document)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(self._code[written:])
        else:
            document.setUndoRedoEnabled(False)
            document.setPlainText(self._code)

    def _begin_anew(self) -> None:
        """Forgets all spans: the row shows another code now."""
        self._lexed = None
        if self._painter.spans:
            self._painter.spans = ()
            self._painter.paint_all()
        self._is_new = True
        self._soon.start()

    @Slot()
    def _forget_document(self) -> None:
        self._document = None

    @Slot(str)
    def _go_on(self, language: str) -> None:
        if language == self._language and self._lexed is None:
            self._soon.start()

    @Slot()
    def _work(self) -> None:
        """Lexes and paints for one slice, and asks for the next one where something is left."""
        if self._lexed is None:
            if not highlight.is_loaded(self._language):
                lexer_loader().request(self._language)
                return
            self._lexed = highlight.CodeHighlighter(self._language)
            self._painter.spans = self._lexed.spans
        if self._is_new:
            self._is_new = False
            self._final.start()
            self._lexed.update(self._code, budget_s=SLICE_S)
        else:
            self._lexed.proceed(SLICE_S)
        self._paint(self._lexed)

    @Slot()
    def _work_finally(self) -> None:
        if self._lexed is not None and not self._is_new and self._lexed.needs_final:
            self._lexed.update(self._code, final=True, budget_s=SLICE_S)
            self._paint(self._lexed)

    def _paint(self, lexed: highlight.CodeHighlighter) -> None:
        self._painter.paint(lexed.changed)
        if lexed.is_complete:
            self.painted.emit()
        else:
            self._soon.start()


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yields first and last of the runs in a rising sequence of lines; small gaps belong to a run."""
    first = last = -1
    for line in lines:
        if first >= 0 and line - last > RUN_GAP_LINES:
            yield first, last
            first = -1
        first = line if first < 0 else first
        last = line
    if first >= 0:
        yield first, last


def _text_document(document: QQuickTextDocument | None) -> QTextDocument | None:
    return document.textDocument() if document is not None else None
