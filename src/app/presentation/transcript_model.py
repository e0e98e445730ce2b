"""The transcript as an item model: the newest row first, older messages laid out only when they are scrolled to.

While a reply streams only the rows whose blocks changed are told to the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    Signal,
    Slot,
)
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.domain.messages import Message
from app.markup.blocks import TableBlock
from app.presentation.attachment_list_model import attachment_facts
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.live_reply import LiveReply
from app.presentation.qml_property import Property
from app.presentation.remedies import Remedy
from app.presentation.transcript_rows import VIEW_LINE, Row, Shown, editor_row, rows_of, view_line

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = {
    "kind": "kind",
    "messageId": "message_id",
    "isHead": "is_head",
    "accessibleName": "accessible_name",
    "author": "author",
    "text": "text",
    "html": "html",
    "language": "language",
    "table": "table",
    "facts": "facts",
    "variant": "variant",
    "isError": "is_error",
    "canContinue": "can_continue",
    "isStreaming": "is_streaming",
    "remedy": "remedy",
    "remedyText": "remedy_text",
    "isOpen": "is_open",
    "attachments": "attachments",
}
FIELDS: Final = tuple(ROLES.values())
FIRST_ROWS: Final = 24
MORE_ROWS: Final = 24


@QmlElement
@QmlUncreatable("made by the program")
class TranscriptModel(QAbstractListModel):  # type: ignore[operator]
    """Rows of the current conversation, row 0 the newest. Kept oldest first inside; `_older` waits to be laid out."""

    replyFinished = Signal(str)
    count_changed = Signal()
    streaming_changed = Signal()
    regenerate_wanted = Signal(str)
    continue_wanted = Signal(str)
    variant_wanted = Signal(str, int)
    roll_wanted = Signal(str)
    remedy_wanted = Signal(str, str)
    marked_changed = Signal()
    placeWanted = Signal(int)

    def __init__(self, describe: Callable[[Message], Shown], parent: QObject | None = None) -> None:
        """``describe`` adds what a message does not know itself; it is asked only for what is laid out."""
        super().__init__(parent)
        self._describe = describe
        self._rows: list[Row] = []
        self._older: list[Message] = []
        self._live: LiveReply | None = None
        self._unfolded: set[str] = set()
        self._view_line: Row | None = None
        self._view_begins = ""
        self._marked = ""

    def reveal(self, message_id: str) -> None:
        """Marks a message, lays out what is above the end as far as it, and asks the view to show it; "" marks none."""
        self._marked = message_id
        self.marked_changed.emit()
        if not message_id:
            return
        more: list[Row] = []
        start, end = self._span(message_id)
        while start == end and self._older:
            message = self._older.pop()
            more[:0] = self._laid_out(message)
            end += message.id == message_id
        if more:
            self._insert(0, more)
        start, end = self._span(message_id)
        if start < end:
            self.placeWanted.emit(len(self._rows) - 1 - start)

    def show(self, messages: Sequence[Message]) -> None:
        """Shows a conversation, root first; only its end is laid out now."""
        self.beginResetModel()
        self._older = list(messages)
        self._rows = []
        self._live = None
        if not self._view_begins:
            self._view_line = None
        while self._older and len(self._rows) < FIRST_ROWS:
            self._rows[:0] = self._laid_out(self._older.pop())
        self.endResetModel()
        self.count_changed.emit()
        self.streaming_changed.emit()

    def show_view(self, message_id: str, left_out: int, summary: str) -> None:
        """Draws the line above the first message that the model sees, "" for one that is not there yet.

        With nothing ``left_out`` there is no line.
        """
        line = view_line(left_out, summary) if left_out else None
        if (line, message_id) == (self._view_line, self._view_begins):
            return
        old = next((at for at, row in enumerate(self._rows) if row.kind == VIEW_LINE), None)
        self._view_line, self._view_begins = line, message_id
        if old is not None:
            self._remove(old, old + 1)
        start, end = self._span(message_id) if message_id else (len(self._rows), 0)
        if line is not None and (start < end or not message_id):
            self._insert(start, [line])

    def append(self, message: Message) -> None:
        """Adds a message at the end."""
        self._splice(len(self._rows), len(self._rows), rows_of(self._describe(message)))

    def begin_reply(self, message: Message, waiting: str) -> None:
        """Starts to show a reply that is being written, or goes on with one that has text already."""
        start, end = self._span(message.id)
        self._live = LiveReply(message, waiting)
        self._splice(start, end, self._live.rows())
        self.streaming_changed.emit()

    def feed_reply(self, message_id: str, text: str) -> None:
        """Adds text to the reply that is being written."""
        live = self._live
        if live is None or live.message.id != message_id or not text:
            return
        first = live.feed(text)
        start, end = self._span(message_id)
        self._splice(start + min(first, end - start), end, live.rows(first))
        if first:
            self._replace_row(start, replace(self._rows[start], accessible_name=live.name()))

    def feed_reasoning(self, message_id: str, text: str, seconds: float) -> None:
        """Adds reasoning to the reply that is being written; ``seconds`` is how long it took by now."""
        live = self._live
        if live is None or live.message.id != message_id or not text:
            return
        start, end = self._span(message_id)
        if live.think(text, seconds):
            self._splice(start, end, live.rows())
        else:
            self._replace_row(start, live.rows()[0])

    def say_waiting(self, message_id: str, waiting: str) -> None:
        """Says what the reply waits for until its next text comes."""
        live = self._live
        if live is None or live.message.id != message_id or live.waiting == waiting:
            return
        live.waiting = waiting
        start, end = self._span(message_id)
        self._splice(start, end, live.rows())

    def end_reply(self, message: Message) -> None:
        """Shows the reply as it was saved at its end, and announces it."""
        if self._live is not None and self._live.message.id == message.id and self._live.is_opened:
            self._unfolded.add(message.id)
        self._live = None
        start, end = self._span(message.id)
        self._splice(start, end, self._laid_out(message))
        self.streaming_changed.emit()
        self.replyFinished.emit(message.text)

    def refresh(self, message: Message) -> None:
        """Lays a message out again that is not being written, where it is shown; what stands around it has changed."""
        start, end = self._span(message.id)
        if start < end:
            self._splice(start, end, rows_of(self._describe(message)))

    def lay_out_to(self, message_id: str, number: int) -> int:
        """Lays out what is older up to a message; returns the place of its row ``number`` for the view, else -1."""
        waiting = next((at for at, message in enumerate(self._older) if message.id == message_id), len(self._older))
        older, self._older = self._older[waiting:], self._older[:waiting]
        if older:
            self._insert(0, [row for message in older for row in self._laid_out(message)])
        start, end = self._span(message_id)
        return len(self._rows) - 1 - min(start + number, end - 1) if start < end else -1

    def open_editor(self, message: Message) -> None:
        """Puts a box with a message's text in the place of its rows; `refresh` takes it away."""
        start, end = self._span(message.id)
        if start < end:
            self._splice(start, end, [editor_row(message)])

    def keep_edit(self, message_id: str, text: str) -> None:
        """Keeps what stands in the box for when its row is scrolled away and back; nobody needs to be told."""
        start, end = self._span(message_id)
        self._rows[start:end] = [replace(row, text=text) for row in self._rows[start:end]]

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    @Property(str, notify=marked_changed)
    def markedId(self) -> str:
        return self._marked

    @Property(bool, notify=streaming_changed)
    def isStreaming(self) -> bool:
        return self._live is not None

    @Slot(str)
    def regenerate(self, message_id: str) -> None:
        """Asks for another reply beside this one."""
        self.regenerate_wanted.emit(message_id)

    @Slot(str)
    def continueReply(self, message_id: str) -> None:
        """Asks for the rest of a reply that was interrupted or stopped."""
        self.continue_wanted.emit(message_id)

    @Slot(str, str)
    def applyRemedy(self, message_id: str, remedy: str) -> None:
        """Asks for what the button beside a failed reply promises."""
        match Remedy(remedy):
            case Remedy.CONTINUE:
                self.continue_wanted.emit(message_id)
            case Remedy.RETRY:
                self.regenerate_wanted.emit(message_id)
            case Remedy.ROLL:
                self.roll_wanted.emit(message_id)
            case _:
                self.remedy_wanted.emit(message_id, remedy)

    @Slot(str)
    def toggleReasoning(self, message_id: str) -> None:
        """Shows the reasoning of a reply, or folds it."""
        start, end = self._span(message_id)
        live = self._live
        if live is not None and live.message.id == message_id:
            live.toggle()
            self._splice(start, end, live.rows())
            return
        self._unfolded ^= {message_id}
        for at in range(start, end):
            row = self._rows[at]
            if row.kind == "reasoning":
                self._replace_row(at, replace(row, is_open=message_id in self._unfolded))

    @Slot(str, int)
    def showVariant(self, message_id: str, step: int) -> None:
        """Shows the sibling that many steps away."""
        self.variant_wanted.emit(message_id, step)

    def _laid_out(self, message: Message) -> list[Row]:
        """Returns a message's rows, below the line if the model's view begins with it."""
        line = [self._view_line] if self._view_line and message.id == self._view_begins else []
        return [*line, *rows_of(self._describe(message), message.id in self._unfolded)]

    def _span(self, message_id: str) -> tuple[int, int]:
        """Returns where a message's rows begin and end; an unknown one's would stand at the end."""
        end = len(self._rows)
        while end and self._rows[end - 1].message_id != message_id:
            end -= 1
        if not end:
            return len(self._rows), len(self._rows)
        start = end
        while start and self._rows[start - 1].message_id == message_id:
            start -= 1
        return start, end

    def _splice(self, start: int, end: int, fresh: list[Row]) -> None:
        """Puts ``fresh`` in the place of the rows from ``start`` to ``end`` and tells the view as little as needed."""
        common = min(end - start, len(fresh))
        for offset in range(common):
            self._replace_row(start + offset, fresh[offset])
        if end - start > common:
            self._remove(start + common, end)
        elif len(fresh) > common:
            self._insert(start + common, fresh[common:])

    def _replace_row(self, at: int, row: Row) -> None:
        old = self._rows[at]
        if old == row:
            return
        if old.kind != row.kind:
            self._remove(at, at + 1)
            self._insert(at, [row])
            return
        self._rows[at] = row
        self._tell(at, [role for role, field in ROLES.items() if getattr(old, field) != getattr(row, field)])

    def _tell(self, at: int, roles: Sequence[str]) -> None:
        index = self.index(len(self._rows) - 1 - at)
        numbers = list(ROLES)
        self.dataChanged.emit(index, index, [FIRST_ROLE + numbers.index(role) for role in roles])

    def _insert(self, at: int, rows: list[Row]) -> None:
        first = len(self._rows) - at
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._rows[at:at] = rows
        self.endInsertRows()
        self.count_changed.emit()

    def _remove(self, start: int, end: int) -> None:
        count = len(self._rows)
        self.beginRemoveRows(QModelIndex(), count - end, count - 1 - start)
        del self._rows[start:end]
        self.endRemoveRows()
        self.count_changed.emit()

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and bool(self._older)

    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        more: list[Row] = []
        while self._older and len(more) < MORE_ROWS:
            more[:0] = self._laid_out(self._older.pop())
        self._insert(0, more)

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(list(ROLES))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        position = len(self._rows) - 1 - index.row()
        if not index.isValid() or not 0 <= position < len(self._rows):
            return None
        row = self._rows[position]
        if role == DISPLAY_ROLE:
            return row.text
        field = role - FIRST_ROLE
        if not 0 <= field < len(FIELDS):
            return None
        match FIELDS[field]:
            case "table":
                return _plain_table(row.table)
            case "attachments":
                return [{"name": part.name, "facts": attachment_facts(part)} for part in row.attachments]
            case name:
                return getattr(row, name)


def _plain_table(table: TableBlock | None) -> dict[str, list[Any]]:
    if table is None:
        return {"header": [], "rows": [], "alignments": []}
    return {
        "header": list(table.header),
        "rows": [list(row) for row in table.rows],
        "alignments": list(table.alignments),
    }
