"""The thread of the engine process that owns llama.cpp: loads one model, then generates what is asked until the end."""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Final, NoReturn

from app.domain.errors import AppError
from app.domain.generation import Finished, FinishReason, GenerationRequest
from app.engine import llama_library, model_loading, wire
from app.engine.session import Session

PROGRESS_EVERY_S: Final = 1 / 30

Send = Callable[[wire.Event], None]


class Worker(threading.Thread):
    """Serves one model; ``cancel`` and ``ask`` are called by the main thread."""

    def __init__(self, command: wire.Load, send: Send) -> None:
        super().__init__(name="llama", daemon=True)
        self._command = command
        self._send = send
        self._requests: queue.SimpleQueue[tuple[GenerationRequest, float]] = queue.SimpleQueue()
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
            while True:
                self._serve(session)
        except BaseException:  # noqa: BLE001 - the border of this thread
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(wire.EXIT_FAILED)

    def _load(self) -> Session:
        log = llama_library.Log()
        try:
            llama_library.start_backends()
            loaded = model_loading.load(self._command, self._abort, log, self._progress(), self._send)
            if loaded is None:
                self._leave(wire.LoadEnded())
            session = Session(loaded, self._abort)
        except AppError as error:
            self._leave(wire.LoadEnded(error.report()))
        gc.freeze()
        with self._lock:
            self.load_ended.set()
            self._abort.clear()
        self._send(wire.Loaded(session.info))
        return session

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

    def _serve(self, session: Session) -> None:
        try:
            request, arrived = self._requests.get(timeout=self._command.request.idle_seconds or None)
        except queue.Empty:
            os._exit(wire.EXIT_IDLE)
        with self._lock:
            self._current = request.id
            self._abort.clear()
            if self._cancelled.get(request.id):
                self._abort.set()
        try:
            finished = session.generate(request, self._send, arrived)
        except AppError as error:
            finished = Finished(request.id, FinishReason.ERROR, error=error.report())
        with self._lock:
            self._current = ""
            self._cancelled.pop(request.id, None)
        self._send(finished)
