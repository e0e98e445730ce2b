"""Replies that are being written or wait for their turn: one at a time, each saved as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app import i18n
from app.domain.errors import AppError, ErrorReport, from_report
from app.domain.generation import (
    ContextView,
    Finished,
    GenerationEvent,
    PromptProgress,
    ReasoningDelta,
    SummaryProgress,
    TextDelta,
)
from app.domain.messages import Message
from app.presentation.engine_thread import EngineThread
from app.presentation.model_loader import LoadState, ModelLoader
from app.services.conversing import PendingReply
from app.services.recording import ReplyRecorder


class ReplyLine(QObject):
    """Loads the model when a reply needs it, hands events to the recorder, and tells the window what is new."""

    changed = Signal()
    generating = Signal()
    """Emitted right before a reply is asked of the engine."""
    waiting_changed = Signal(str, str)
    text_arrived = Signal(str, str)
    reasoning_arrived = Signal(str, str, float)
    finished = Signal(str, str)
    save_failed = Signal(object)
    view_changed = Signal(object, int, int)

    def __init__(
        self,
        engine: EngineThread,
        loader: ModelLoader,
        recorder_for: Callable[[PendingReply], ReplyRecorder],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._loader = loader
        self._recorder_for = recorder_for
        self._waiting: list[PendingReply] = []
        self._active: PendingReply | None = None
        self._recorder: ReplyRecorder | None = None
        self._is_stopping = False
        engine.event_arrived.connect(self._take)
        loader.changed.connect(self._follow_load)
        loader.became_ready.connect(self._advance)
        loader.failed.connect(self._give_up)

    def submit(self, pending: PendingReply) -> None:
        """Puts a reply at the end of the line."""
        self._waiting.append(pending)
        self._advance()
        self.changed.emit()

    def stop(self, conversation_id: str) -> None:
        """Stops the reply of a conversation, whether it is being written or waits; never waits itself."""
        if self._active and self._active.conversation_id == conversation_id:
            self._is_stopping = True
            self._engine.cancel()
        for pending in [entry for entry in self._waiting if entry.conversation_id == conversation_id]:
            self._waiting.remove(pending)
            self._end_unstarted(pending, None)

    def is_active(self, conversation_id: str) -> bool:
        """Returns whether a reply of this conversation is being written or waits for its turn."""
        return bool(self.pending_of(conversation_id))

    def is_any(self, prefix: str = "") -> bool:
        """Returns whether a reply is under way of any conversation, or of any whose id begins so."""
        entries = ([self._active] if self._active else []) + self._waiting
        return any(entry.conversation_id.startswith(prefix) for entry in entries)

    def pending_of(self, conversation_id: str) -> PendingReply | None:
        """Returns the reply of this conversation that is being written or waits, if there is one."""
        entries = ([self._active] if self._active else []) + self._waiting
        return next((entry for entry in entries if entry.conversation_id == conversation_id), None)

    def is_live(self, message_id: str) -> bool:
        """Returns whether this very message is being written or waits."""
        entries = ([self._active] if self._active else []) + self._waiting
        return any(entry.message_id == message_id for entry in entries)

    def is_waiting(self, conversation_id: str) -> bool:
        """Returns whether a reply of this conversation waits for its turn."""
        return any(entry.conversation_id == conversation_id for entry in self._waiting)

    def with_latest_text(self, message: Message) -> Message:
        """Returns the message with what has come of it so far, which is more than what is saved."""
        if self._active and self._recorder and self._active.message_id == message.id:
            return replace(message, parts=self._recorder.parts)
        return message

    def waiting_text(self, message_id: str) -> str:
        """Returns what a reply without text waits for, for people."""
        if self._active and self._active.message_id == message_id:
            return i18n.text("transcript.waiting.start")
        if self._active:
            return i18n.text("transcript.waiting.queued")
        percent = f"{self._loader.progress * 100:.0f}"
        return i18n.text("transcript.waiting.loading", percent=percent)

    def shut_down(self) -> None:
        """Saves what there is; replies that were under way count as stopped."""
        for pending in self._waiting:
            self._recorder_for(pending).abandon()
        self._waiting.clear()
        if self._recorder:
            self._recorder.abandon()
        self._active = self._recorder = None

    def _advance(self) -> None:
        if self._active or not self._waiting:
            return
        if self._loader.state is not LoadState.READY:
            self._loader.ensure()
            return
        self._active = self._waiting.pop(0)
        self._recorder = self._recorder_for(self._active)
        self._is_stopping = False
        self.waiting_changed.emit(self._active.message_id, self.waiting_text(self._active.message_id))
        self.generating.emit()
        self._engine.generate(self._active.request)
        self.changed.emit()

    def _take(self, event: GenerationEvent) -> None:
        active, recorder = self._active, self._recorder
        if active is None or recorder is None or event.id != active.request.id:
            return
        try:
            recorder.receive(event)
        except AppError as error:
            self.save_failed.emit(error)
        match event:
            case TextDelta(text=text):
                self.text_arrived.emit(active.message_id, text)
            case ReasoningDelta(text=text, seconds=seconds):
                self.reasoning_arrived.emit(active.message_id, text, seconds)
            case PromptProgress(done=done, total=total):
                text = i18n.text("transcript.waiting.prompt", done=done, total=total)
                self.waiting_changed.emit(active.message_id, text)
            case SummaryProgress(done=done, total=total):
                text = i18n.text("transcript.waiting.summary", percent=f"{100 * done / total:.0f}")
                self.waiting_changed.emit(active.message_id, text)
            case ContextView(first=first, left_out=left_out):
                self.view_changed.emit(active, first, left_out)
            case Finished():
                self._loader.look()  # before the next reply: the engine may have died
                self._active = self._recorder = None
                self.finished.emit(active.conversation_id, active.message_id)
                self._advance()
                self.changed.emit()
                return
        if self._is_stopping:
            self._engine.cancel()

    def _follow_load(self) -> None:
        if self._loader.state is LoadState.LOADING:
            for pending in self._waiting:
                self.waiting_changed.emit(pending.message_id, self.waiting_text(pending.message_id))
        elif self._loader.state is LoadState.UNLOADED and not self._active:
            self._advance()

    def _give_up(self, report: ErrorReport) -> None:
        waiting, self._waiting = self._waiting, []
        for pending in waiting:
            self._end_unstarted(pending, from_report(report))

    def _end_unstarted(self, pending: PendingReply, error: AppError | None) -> None:
        self._recorder_for(pending).abandon(error)
        self.finished.emit(pending.conversation_id, pending.message_id)
        self.changed.emit()
