"""Hand-written stand-ins for what lies outside: an engine whose replies a test enqueues."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.domain.errors import AppError
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
    ReasoningDelta,
    TextDelta,
    Timings,
    Usage,
)
from app.domain.language_model import LoadRequest, ModelInfo
from app.engine.wire import Counted

MEASURED = Timings(0.01, 0.02, 1000.0, 300.0)


class FakeDesktop:
    """Shows no notification; ``shown`` keeps what it was to show."""

    def __init__(self, _parent: object = None) -> None:
        self.shown: list[tuple[str, str]] = []

    def show(self, summary: str, body: str) -> None:
        """Keeps the two texts."""
        self.shown.append((summary, body))

    def close(self) -> None:
        """Does nothing."""


@dataclass(frozen=True)
class FakeReply:
    """What the fake engine answers: pieces of text (and of reasoning before it), then how it ends.

    ``is_held`` makes it wait after its last piece until `FakeEngine.cancel` or `FakeEngine.let_go`. ``reasoning_s`` is
    how long it says that it reasoned.
    """

    pieces: tuple[str, ...] = ("Hello", " there.")
    reasoning: tuple[str, ...] = ()
    reason: FinishReason = FinishReason.STOP
    error: AppError | None = None
    is_held: bool = False
    timings: Timings = MEASURED
    reasoning_s: float = 0.0


class FakeEngine:
    """Has the methods of the engine's client; ``requests`` and ``loads`` keep what it was asked.

    ``abilities`` are fields of `ModelInfo` that differ from those of a plain model.
    """

    def __init__(self, log_file: Path | None = None) -> None:
        self.log_file = log_file
        self.loaded: ModelInfo | None = None
        self.pid: int | None = None
        self.loads: list[LoadRequest] = []
        self.requests: list[GenerationRequest] = []
        self.forgotten: list[str] = []
        self.is_closed = False
        self.load_problem: AppError | None = None
        self.abilities: dict[str, Any] = {}
        self._replies: deque[FakeReply] = deque()
        self.measure: Callable[[GenerationRequest], Counted] | None = None
        self._cancelled = threading.Event()
        self._let_go = threading.Event()

    def enqueue(self, *replies: FakeReply) -> None:
        """Adds replies to be given, in this order; without any the default one is given."""
        self._replies.extend(replies)

    def load(self, request: LoadRequest, on_progress: Callable[[float], None]) -> ModelInfo | None:
        """Tells of two steps of progress and is loaded, or raises ``load_problem``."""
        self.loads.append(request)
        if self.load_problem is not None:
            raise self.load_problem
        for fraction in (0.5, 1.0):
            on_progress(fraction)
        info = ModelInfo(request.name, request.path, "llama", 4_000_000, 512, 512, 1, 0.01, 0, True, request=request)
        self.loaded = replace(info, **self.abilities)
        self.pid = 4_194_305
        return self.loaded

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Gives the next reply, one token a piece."""
        self.requests.append(request)
        reply = self._replies.popleft() if self._replies else FakeReply()
        self._cancelled.clear()
        for text in reply.reasoning:
            yield ReasoningDelta(request.id, text, reply.reasoning_s)
        for text in reply.pieces:
            if self._cancelled.is_set():
                break
            yield TextDelta(request.id, text)
        if reply.is_held:
            self._let_go.wait(timeout=30)
            self._let_go.clear()
        reason = FinishReason.CANCELLED if self._cancelled.is_set() else reply.reason
        usage = Usage(10, 0, len(reply.pieces) + len(reply.reasoning))
        error = reply.error.report() if reply.error else None
        yield Finished(request.id, reason, usage, reply.timings, error)

    def count(self, request: GenerationRequest, on_counted: Callable[[Counted], None]) -> bool:
        """Answers with what ``measure`` says, at once; without it nothing is counted."""
        if self.loaded is None or self.measure is None:
            return False
        on_counted(self.measure(request))
        return True

    def let_go(self) -> None:
        """Lets a held reply end."""
        self._let_go.set()

    def forget(self, conversation_id: str) -> None:
        """Notes whose states are to go."""
        self.forgotten.append(conversation_id)

    def cancel(self) -> None:
        """Ends the reply at its next piece."""
        self._cancelled.set()
        self._let_go.set()

    def unload(self) -> None:
        """Forgets the language model."""
        self.loaded, self.pid = None, None

    def close(self) -> None:
        """Ends for good."""
        self.unload()
        self.is_closed = True

    def memory_bytes(self) -> int:
        """Returns what a small model would take, 0 without one."""
        return 0 if self.loaded is None else 20_000_000
