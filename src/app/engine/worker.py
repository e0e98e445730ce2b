"""The thread of the engine process that owns llama.cpp: loads one model, then generates what is asked until the end."""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

from app.domain.errors import AppError
from app.domain.generation import Finished, FinishReason, GenerationRequest
from app.engine import llama_library, model_loading, state_key, wire
from app.engine.session import Session
from app.engine.state_folder import StateFolder

PROGRESS_EVERY_S: Final = 1 / 30

SETTLED_S: Final = 1.0
"""Seconds without a request after which KV states are written to disk."""

Send = Callable[[wire.Event], None]


class Worker(threading.Thread):
    """Serves one model; ``cancel``, ``ask`` and ``count`` are called by the main thread."""

    def __init__(self, command: wire.Load, send: Send) -> None:
        super().__init__(name="llama", daemon=True)
        self._command = command
        self._send = send
        self._requests: queue.SimpleQueue[tuple[GenerationRequest, float] | wire.Count | wire.Forget | wire.Quit] = (
            queue.SimpleQueue()
        )
        self._to_count: GenerationRequest | None = None
        self._lock = threading.Lock()
        self._current = ""
        self._cancelled: dict[str, bool] = {}
        self._abort = llama_library.AbortFlag()
        self.load_ended = threading.Event()

    def ask(self, request: GenerationRequest) -> None:
        """Takes one request; replies come in order."""
        with self._lock:
            self._cancelled[request.id] = False
        self._requests.put((request, time.monotonic()))

    def forget(self, command: wire.Forget) -> None:
        """Keeps nothing of a conversation once the requests before are done."""
        self._requests.put(command)

    def count(self, request: GenerationRequest) -> None:
        """Measures a prompt as soon as there is a moment for it; one that still waits is dropped for it."""
        with self._lock:
            is_first, self._to_count = self._to_count is None, request
        if is_first:
            self._requests.put(wire.Count(request))

    def quit(self) -> None:
        """Cancels everything and keeps the KV states that are worth it; returns when that is done or takes too long."""
        if not self.load_ended.is_set() or not self._command.state_folder:
            return
        with self._lock:
            self._cancelled = dict.fromkeys(self._cancelled, True)
            if self._current:
                self._abort.set()
        self._requests.put(wire.Quit())
        self.join(wire.SAVE_WITHIN_S)

    def cancel_load(self) -> None:
        """Ends the load as soon as llama.cpp asks; nothing happens when it is over."""
        with self._lock:
            if not self.load_ended.is_set():
                self._abort.set()

    def cancel(self, request_id: str) -> None:
        """Cancels one request, running or still waiting; nothing happens when it is over."""
        with self._lock:
            if request_id in self._cancelled:
                self._cancelled[request_id] = True
            if request_id == self._current:
                self._abort.set()

    def run(self) -> None:
        """Loads and serves; what is not a known error ends the process, with its traceback in the log."""
        try:
            session = self._load()
            while (asked := self._next(session)) != wire.Quit():
                if isinstance(asked, wire.Forget):
                    session.states.forget(asked.conversation_id)
                elif isinstance(asked, wire.Count):
                    with self._lock:
                        self._abort.clear()
                    self._count(session)
                elif isinstance(asked, tuple):
                    self._serve(session, *asked)
            deadline = time.monotonic() + wire.SAVE_WITHIN_S
            session.states.write(lambda: time.monotonic() > deadline, is_last=True)
        except BaseException:  # noqa: BLE001 - the border of this thread
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(wire.EXIT_FAILED)

    def _load(self) -> Session:
        log = llama_library.Log()
        try:
            llama_library.start_backends()
            model_fingerprint = self._fingerprint()
            loaded = model_loading.load(self._command, self._abort, log, self._progress(), self._send)
            if loaded is None:
                self._leave(wire.LoadEnded())
            command = self._command
            folder = None
            if model_fingerprint:
                key = state_key.state_key(loaded, model_fingerprint)
                folder = StateFolder(Path(command.state_folder), key, command.state_disk_bytes)
            self._send(wire.TemplateStarted(""))
            session = Session(loaded, self._abort, command.state_memory_bytes, folder)
            self._send(wire.TemplateDone(""))
            if self._abort.is_set:
                self._leave(wire.LoadEnded())
        except AppError as error:
            self._leave(wire.LoadEnded(error.report()))
        gc.freeze()
        with self._lock:
            self.load_ended.set()
            self._abort.clear()
        self._send(wire.Loaded(session.info))
        return session

    def _fingerprint(self) -> str:
        """Looks at the model file before it is loaded; "" where no states are to be written."""
        if not self._command.state_folder:
            return ""
        try:
            return state_key.fingerprint(Path(self._command.request.path))
        except OSError:  # the load will tell
            return ""

    def _leave(self, event: wire.LoadEnded) -> NoReturn:
        self._send(event)
        os._exit(0)

    def _progress(self) -> Callable[[float], None]:
        last = 0.0

        def progressed(fraction: float) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= PROGRESS_EVERY_S or fraction >= 1.0:
                last = now
                self._send(wire.LoadProgress(fraction))

        return progressed

    def _next(self, session: Session) -> tuple[GenerationRequest, float] | wire.Count | wire.Forget | wire.Quit:
        """Waits for what is asked next; writes states meanwhile, and ends the process after too long a time."""
        idle_s = self._command.request.idle_seconds
        settled_s = min(SETTLED_S, idle_s or SETTLED_S)
        with contextlib.suppress(queue.Empty):
            return self._requests.get(timeout=settled_s)
        session.states.write(self._is_asked)
        with contextlib.suppress(queue.Empty):
            return self._requests.get(timeout=max(0.0, idle_s - settled_s) if idle_s else None)
        session.states.write(self._is_asked, is_last=True)
        with contextlib.suppress(queue.Empty):
            return self._requests.get_nowait()
        os._exit(wire.EXIT_IDLE)

    def _is_asked(self) -> bool:
        return not self._requests.empty()

    def _serve(self, session: Session, request: GenerationRequest, arrived: float) -> None:
        def emit(event: wire.Event) -> None:
            self._send(event)
            if not isinstance(event, wire.TemplateStarted) and not self._abort.is_set:
                self._count(session)

        with self._lock:
            self._current = request.id
            self._abort.clear()
            if self._cancelled.get(request.id):
                self._abort.set()
        try:
            finished = session.generate(request, emit, arrived)
        except AppError as error:
            finished = Finished(request.id, FinishReason.ERROR, error=error.report())
        with self._lock:
            self._current = ""
            self._cancelled.pop(request.id, None)
        self._send(finished)

    def _count(self, session: Session) -> None:
        """Answers the newest count, if one waits; one that a cancel interrupts waits until the reply has ended."""
        with self._lock:
            request, self._to_count = self._to_count, None
        if request is None:
            return
        self._send(wire.CountStarted(request.id))
        counted = session.window.count(request)
        if counted is None:
            self._put_back(request)
        else:
            self._send(counted)

    def _put_back(self, request: GenerationRequest) -> None:
        with self._lock:
            if self._to_count is None:
                self._to_count = request
