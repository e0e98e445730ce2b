"""The engine thread: the worker that drives llama.cpp (through the engine process) beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.domain.errors import AppError
from app.domain.generation import GenerationRequest
from app.domain.language_model import LoadRequest

if TYPE_CHECKING:
    from app.engine.client import EngineClient

SHUTDOWN_MS = 5000


class EngineWorker(QObject):
    """Lives in the engine thread; its slots block there while the engine process works."""

    load_progressed = Signal(float)
    load_finished = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    event_arrived = Signal(object)
    unloaded = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client

    @Slot(object)
    def load(self, prepare: Callable[[], LoadRequest]) -> None:
        """Checks a model file, which reads all of its vocabulary, loads it and tells how far it is."""
        try:
            info = self._client.load(prepare(), self.load_progressed.emit)
        except AppError as error:
            self.load_failed.emit(error.report())
            return
        if info is None:
            self.load_cancelled.emit()
        else:
            self.load_finished.emit(info)

    @Slot(object)
    def generate(self, request: GenerationRequest) -> None:
        """Generates a reply; every event goes to the window, the last one is Finished."""
        for event in self._client.generate(request):
            self.event_arrived.emit(event)

    @Slot()
    def unload(self) -> None:
        """Ends the engine process; all its memory is back when this returns."""
        self._client.unload()
        self.unloaded.emit()


class EngineThread(QObject):
    """The window's side of the engine: requests go out, signals come back on the window's own thread.

    The client is made with the first load, after the first frame: what it imports would delay that.
    """

    load_progressed = Signal(float)
    load_finished = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    event_arrived = Signal(object)
    unloaded = Signal()
    counted = Signal(object)
    _load_wanted = Signal(object)
    _generation_wanted = Signal(object)
    _unload_wanted = Signal()

    def __init__(self, make_client: Callable[[], EngineClient], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_client = make_client
        self._client: EngineClient | None = None
        self._worker: EngineWorker | None = None
        self._thread = QThread(self)
        self._thread.setObjectName("engine")

    def _start(self) -> None:
        self._client = self._make_client()
        self._worker = EngineWorker(self._client)
        self._worker.moveToThread(self._thread)
        for name in (
            "load_progressed", "load_finished", "load_failed", "load_cancelled", "event_arrived", "unloaded",
        ):  # fmt: skip
            getattr(self._worker, name).connect(getattr(self, name))
        self._load_wanted.connect(self._worker.load)
        self._generation_wanted.connect(self._worker.generate)
        self._unload_wanted.connect(self._worker.unload)
        self._thread.start()

    def load(self, prepare: Callable[[], LoadRequest]) -> None:
        """Asks for a language model; a generation asked for afterwards waits for it.

        ``prepare`` is called in the thread; it checks the file and raises AppError.
        """
        if self._client is None:
            self._start()
        self._load_wanted.emit(prepare)

    def generate(self, request: GenerationRequest) -> None:
        """Asks for a reply."""
        self._generation_wanted.emit(request)

    def count(self, request: GenerationRequest) -> bool:
        """Asks for the size of a prompt, also while a reply is written; ``counted`` tells it, unless a newer one comes.

        Returns False where no model is in memory.
        """
        return self._client is not None and self._client.count(request, self.counted.emit)

    def cancel(self) -> None:
        """Stops what is going on, loading or generating; never waits."""
        if self._client is not None:
            self._client.cancel()

    def forget(self, conversation_id: str) -> None:
        """Keeps nothing that was evaluated of a conversation any more; never waits."""
        if self._client is not None:
            self._client.forget(conversation_id)

    def unload(self) -> None:
        """Asks for the memory back."""
        self._unload_wanted.emit()

    def memory_bytes(self) -> int:
        """Returns the engine process's resident memory now, 0 where there is none."""
        return 0 if self._client is None else self._client.memory_bytes()

    def is_loaded(self) -> bool:
        """Returns whether a language model is in memory."""
        return self._client is not None and self._client.loaded is not None

    def shut_down(self) -> None:
        """Cancels, ends the thread, and ends the engine process, all within a few seconds."""
        if self._client is None:
            return
        self._client.cancel()
        self._thread.quit()
        if not self._thread.wait(SHUTDOWN_MS):
            self._client.close()
            self._thread.wait(SHUTDOWN_MS)
        self._client.close()
