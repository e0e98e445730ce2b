"""Writes a reply into the store while it streams, so that the end of any process loses at most a moment of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.errors import AppError
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    ReasoningDelta,
    Summarised,
    TextDelta,
    Usage,
)
from app.domain.messages import MessageStatus, Part, ReasoningPart, TextPart
from app.services.conversing import PendingReply
from app.storage.conversations import ConversationStore

#: Seconds between two saves at most while events come; a stalled stream leaves no more than this unsaved.
SAVE_INTERVAL: Final = 0.25

_STATUSES: Final = {
    FinishReason.STOP: MessageStatus.COMPLETE,
    FinishReason.LENGTH: MessageStatus.LENGTH,
    FinishReason.CANCELLED: MessageStatus.STOPPED,
    FinishReason.ERROR: MessageStatus.ERROR,
}


class ReplyRecorder:
    """Receives the events of one reply, on the thread that owns the store.

    ``finished`` is its last event once it came. A save that fails while the reply streams is tried again with the
    next one and stands in ``problem`` meanwhile.
    """

    def __init__(
        self, store: ConversationStore, pending: PendingReply, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.pending = pending
        self.finished: Finished | None = None
        self.problem: AppError | None = None
        self._store = store
        self._clock = clock
        self._done: list[Part] = list(pending.earlier)
        self._kind: type[TextPart] | type[ReasoningPart] = TextPart
        self._pieces: list[str] = []
        self._seconds_before = 0.0
        self._seconds = 0.0
        self._saved_at = float("-inf")
        self._is_saved = True
        if self._done:
            last = self._done.pop()
            self._kind = ReasoningPart if isinstance(last, ReasoningPart) else TextPart
            self._pieces.append(last.text)
            if isinstance(last, ReasoningPart):
                self._seconds_before = last.seconds

    @property
    def parts(self) -> tuple[Part, ...]:
        """All of the reply so far, with what it had before it was continued."""
        if not self._pieces:
            return tuple(self._done)
        text = "".join(self._pieces)
        self._pieces = [text]
        if self._kind is ReasoningPart:
            return (*self._done, ReasoningPart(text, self._seconds_before + self._seconds))
        return (*self._done, TextPart(text))

    @property
    def text(self) -> str:
        """The text of the reply so far, without reasoning."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    def receive(self, event: GenerationEvent) -> None:
        """Takes the next event; those of other requests and those after the last one are dropped.

        With Finished the reply is durable on return; raises what the store raises then.
        """
        if event.id != self.pending.request.id or self.finished is not None:
            return
        if isinstance(event, Finished):
            self._finish(event)
            return
        if isinstance(event, TextDelta):
            self._append(TextPart, event.text)
        elif isinstance(event, ReasoningDelta):
            self._append(ReasoningPart, event.text)
            self._seconds = event.seconds
        elif isinstance(event, Summarised):
            self._keep_summary(event)
        if self._clock() - self._saved_at >= SAVE_INTERVAL:
            self.save_now()

    def save_now(self) -> None:
        """Saves what is there and not saved yet; a failure stands in ``problem``."""
        if self._is_saved or self.finished is not None:
            return
        self._saved_at = self._clock()
        try:
            self._store.save_reply(self.pending.message_id, self.parts)
        except AppError as error:
            self.problem = error
            return
        self._is_saved, self.problem = True, None

    def abandon(self, error: AppError | None = None) -> None:
        """Ends the reply without the engine's last event: as failed with ``error``, else as stopped."""
        if self.finished is None:
            reason = FinishReason.CANCELLED if error is None else FinishReason.ERROR
            report = None if error is None else error.report()
            self._finish(Finished(self.pending.request.id, reason, error=report))

    def _keep_summary(self, event: Summarised) -> None:
        """Keeps a summary with the conversation; one that cannot be kept is made again for the next reply."""
        until = self._store.message(self.pending.origins[event.first]).parent_id
        try:
            self._store.keep_summary(self.pending.conversation_id, event.text, until)
        except AppError as error:
            self.problem = error

    def _append(self, kind: type[TextPart] | type[ReasoningPart], text: str) -> None:
        if kind is not self._kind:
            self._done, self._pieces, self._kind = list(self.parts), [], kind
            self._seconds_before = -self._seconds
        self._pieces.append(text)
        self._is_saved = False

    def _finish(self, event: Finished) -> None:
        facts = replace(
            self.pending.facts,
            usage=_total(self.pending.facts.usage, event.usage),
            timings=event.timings,
            error=event.error,
        )
        self._store.finish_reply(self.pending.message_id, self.parts, _STATUSES[event.reason], facts)
        self.finished, self._is_saved, self.problem = event, True, None


def _total(earlier: Usage | None, latest: Usage) -> Usage:
    """Returns what a continued reply cost in all: its first prompt, and every token written."""
    if earlier is None or not earlier.completion_tokens:
        return latest
    return replace(earlier, completion_tokens=earlier.completion_tokens + latest.completion_tokens)
