"""Which model file is chosen and whether its language model is in memory: the one state machine of loading."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import ErrorReport
from app.domain.language_model import LoadRequest, ModelFile, ModelInfo
from app.presentation.engine_thread import EngineThread

WATCH_MS = 2000


class LoadState(StrEnum):
    """Where loading stands."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"
    UNLOADED = "unloaded"
    FAILED = "failed"


class ModelLoader(QObject):
    """Loads the chosen model file when it is needed; forgets what an earlier choice still reports."""

    changed = Signal()
    became_ready = Signal()
    failed = Signal(object)

    def __init__(
        self,
        engine: EngineThread,
        prepare: Callable[[ModelFile], Callable[[], LoadRequest]],
        parent: QObject | None = None,
    ) -> None:
        """What ``prepare`` gives checks the file in the engine's thread and says how to load it, or raises AppError."""
        super().__init__(parent)
        self._engine = engine
        self._prepare = prepare
        self.chosen: ModelFile | None = None
        self.info: ModelInfo | None = None
        self.error: ErrorReport | None = None
        self.state = LoadState.NONE
        self.progress = 0.0
        self.memory_bytes = 0
        self._loads_under_way = 0
        engine.load_progressed.connect(self._progress)
        engine.load_finished.connect(self._finish)
        engine.load_failed.connect(self._fail)
        engine.load_cancelled.connect(self._be_cancelled)
        engine.unloaded.connect(self._be_unloaded)
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self.look)

    @property
    def chosen_name(self) -> str:
        """The name of the chosen model file, "" where there is none."""
        return self.chosen.name if self.chosen else ""

    def choose(self, model_file: ModelFile) -> None:
        """Makes a model file the chosen one; it is loaded by `ensure`."""
        if self.chosen == model_file and self.state is not LoadState.FAILED:
            return
        self.chosen = model_file
        self.info = None
        if self.state is LoadState.LOADING:
            self._engine.cancel()
        self._enter(LoadState.UNLOADED)

    def ensure(self) -> None:
        """Starts loading unless the model is in memory or on its way."""
        if self.chosen is None or self.state in (LoadState.LOADING, LoadState.READY):
            return
        self._loads_under_way += 1
        self.progress = 0.0
        self._enter(LoadState.LOADING)
        self._engine.load(self._prepare(self.chosen))

    def reload(self) -> None:
        """Loads again, with settings that changed."""
        if self.state is LoadState.LOADING:
            self._engine.cancel()
        if self.state in (LoadState.READY, LoadState.FAILED, LoadState.LOADING):
            self._enter(LoadState.UNLOADED)
            self.ensure()

    def cancel(self) -> None:
        """Stops a load that is under way."""
        if self.state is LoadState.LOADING:
            self._engine.cancel()

    def unload(self) -> None:
        """Gives the memory back."""
        if self.state is LoadState.READY:
            self._engine.unload()

    def look(self) -> None:
        """Notices an engine process that ended by itself (idle, killed) and how much memory it takes."""
        if self.state is not LoadState.READY:
            return
        if not self._engine.is_loaded():
            self._be_unloaded()
            return
        memory = self._engine.memory_bytes()
        if memory != self.memory_bytes:
            self.memory_bytes = memory
            self.changed.emit()

    def shut_down(self) -> None:
        """Tells nothing any more: who listens reads a store that is about to be closed."""
        self._watch.stop()
        self.blockSignals(True)

    def _progress(self, fraction: float) -> None:
        if self.state is LoadState.LOADING and self._loads_under_way == 1:
            self.progress = fraction
            self.changed.emit()

    def _is_last(self) -> bool:
        self._loads_under_way -= 1
        return self._loads_under_way == 0

    def _finish(self, info: ModelInfo) -> None:
        if self._is_last():
            self.info, self.error = info, None
            self.memory_bytes = info.memory_bytes
            self._enter(LoadState.READY)
            self.became_ready.emit()

    def _fail(self, report: ErrorReport) -> None:
        if self._is_last():
            self.info, self.error = None, report
            self._enter(LoadState.FAILED)
            self.failed.emit(report)

    def _be_cancelled(self) -> None:
        if self._is_last():
            self._enter(LoadState.UNLOADED)

    def _be_unloaded(self) -> None:
        if self.state is LoadState.READY:
            self._enter(LoadState.UNLOADED)

    def _enter(self, state: LoadState) -> None:
        self.state = state
        if state is LoadState.READY:
            self._watch.start()
        else:
            self._watch.stop()
            self.memory_bytes = 0
        self.changed.emit()
