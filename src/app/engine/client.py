"""Drives the engine process: the one way in which window, command line and local API load models and get replies."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from app.domain.errors import (
    AppError,
    EngineDied,
    EngineHung,
    ErrorReport,
    TemplateFailed,
    from_report,
)
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
)
from app.domain.language_model import LoadRequest, ModelInfo, Tuning
from app.engine import state_folder, wire
from app.engine.load_marks import LoadMarks
from app.engine.loaded_file import LoadedFile
from app.engine.process import CANCELLED_WITHIN_S, HUNG_AFTER_S, QUIT_WITHIN_S, EngineProcess
from app.engine.state_folder import StateKeeping
from app.engine.step_down import StepDown

TEMPLATE_WITHIN_S: Final = 8.0
"""Seconds after which a template that does not heed the host's own limits costs the host its life."""

FIT_WITHIN_S: Final = 60.0
"""Seconds after which llama.cpp's own fitting is given up; it takes 1 to 9 with a software GPU."""

SMALL_MODEL_BYTES: Final = 64 * 1024 * 1024
"""Below this size of a model file one thread is enough."""

SHARE_OF_MEMORY: Final = 8
MOST_STATE_MEMORY: Final = 2 * 1024**3
"""The KV states of conversations take one part of so many of the free memory, and never more than these bytes."""

Progress = Callable[[float], None]


@dataclass
class _Task:
    """What the engine works at. ``undo`` is the command that ends it, once the host knows of it."""

    is_cancelled: bool = False
    undo: wire.Cancel | None = None


class EngineClient:
    """The engine as its users see it: blocking, for one thread; only ``cancel`` and ``count`` may come from any other.

    The process holds one model and ends with it. It also ends by itself after ``LoadRequest.idle_seconds``, or dies;
    ``loaded`` is None then, and the next ``generate`` loads the same model again.
    """

    def __init__(
        self,
        log_file: Path | None = None,
        hung_after_s: float = HUNG_AFTER_S,
        keeping: Callable[[], StateKeeping] = StateKeeping,
        marks: LoadMarks | None = None,
        on_tuned: Callable[[str, Tuning], None] = lambda _name, _tuning: None,
    ) -> None:
        """Starts nothing. ``log_file`` gets the log of the process that runs, ``marks`` what is being loaded.

        ``keeping`` is asked at each load. ``on_tuned`` gets what was measured for a model, with
        ``LoadRequest.tune_as``, to keep it.
        """
        self._log_file = log_file
        self._hung_after_s = hung_after_s
        self._keeping = keeping
        self._quit_within_s = QUIT_WITHIN_S
        self._marks = marks
        self._on_tuned = on_tuned
        self._file: LoadedFile | None = None
        self._process: EngineProcess | None = None
        self._info: ModelInfo | None = None
        self._last_load: tuple[LoadRequest, Progress] | None = None
        self._last_keeping = StateKeeping()
        self._lock = threading.Lock()
        self._task: _Task | None = None

    @property
    def loaded(self) -> ModelInfo | None:
        """What is loaded, in a process that lives."""
        process = self._process
        return self._info if process is not None and process.is_alive else None

    @property
    def pid(self) -> int | None:
        """The id of the engine process, None when there is none."""
        process = self._process
        return process.pid if process is not None and process.is_alive else None

    def memory_bytes(self) -> int:
        """Returns the resident memory of the engine process now; 0 when there is none."""
        process = self._process
        return process.memory_bytes() if process is not None else 0

    def peak_bytes(self) -> int:
        """Returns the most resident memory that the engine process has had; 0 when there is none."""
        process = self._process
        return process.peak_bytes() if process is not None else 0

    def load(self, request: LoadRequest, on_progress: Progress) -> ModelInfo | None:
        """Loads a model in place of the one before; None when cancelled. ``on_progress`` gets fractions from 0 to 1.

        Raises the AppError that says why it cannot be loaded.
        """
        task = self._begin()
        try:
            return self._load(request, on_progress, task)
        finally:
            self._end(task)

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Gives the events of one reply, the last of them is Finished. Known errors are Finished too, never raised.

        Loads the last model again where it is not loaded any more. A consumer that stops early cancels the reply.
        """
        if self._last_load is None:
            raise RuntimeError("nothing was ever loaded")
        return self._events(request, self._begin())

    def count(self, request: GenerationRequest, on_counted: Callable[[wire.Counted], None]) -> bool:
        """Asks for the size of the prompt of ``request``, also while a reply is written; any thread may call this.

        The answer goes to ``on_counted`` in a thread of the process, unless a newer count replaces this one or the
        process ends before. Returns False, and asks nothing, where no model is loaded.
        """
        with self._lock:
            process = self._process if self._info is not None else None
        if process is None or not process.is_alive:
            return False
        process.count(wire.Count(request), on_counted)
        return True

    def cancel(self) -> None:
        """Ends the load or the reply that is under way; any thread may call this, at any time."""
        with self._lock:
            task, process = self._task, self._process
            if task is None or task.is_cancelled:
                return
            task.is_cancelled = True
            if task.undo is not None and process is not None:
                process.end_by = time.monotonic() + CANCELLED_WITHIN_S
                process.send(task.undo)

    def forget(self, conversation_id: str) -> None:
        """Keeps nothing of a conversation any more, in memory or on disk; for any thread, at any time."""
        folder = self._keeping().folder
        if folder is not None:
            state_folder.forget(folder, conversation_id)
        with self._lock:
            if self._process is not None:
                self._process.send(wire.Forget(conversation_id))

    def unload(self) -> None:
        """Unloads the model. On return the process is gone and all memory is back."""
        process = self._drop()
        if process is not None:
            process.quit(self._quit_within_s)

    def close(self) -> None:
        """Cancels, unloads, and ends the process whatever it does. May be called twice."""
        self.cancel()
        self.unload()

    def _begin(self) -> _Task:
        task = _Task()
        with self._lock:
            self._task = task
        return task

    def _end(self, task: _Task) -> None:
        with self._lock:
            if self._task is task:
                self._task = None

    def _drop(self) -> EngineProcess | None:
        with self._lock:
            process, self._process, self._info = self._process, None, None
        return process

    def _send(self, process: EngineProcess, command: wire.Command, undo: wire.Cancel, task: _Task) -> bool:
        """Sends the command that begins a part of ``task``; returns False where that is cancelled by now."""
        with self._lock:
            if task.is_cancelled:
                return False
            task.undo = undo
            process.end_by = None
            process.send(command)
            return True

    def _load(self, request: LoadRequest, on_progress: Progress, task: _Task) -> ModelInfo | None:
        already = self.loaded
        is_same = self._last_load is not None and self._last_load[0] == request
        is_same = is_same and self._file is not None and self._file.is_unchanged
        if already is not None and is_same and self._last_keeping == self._keeping():
            on_progress(1.0)
            return already
        self.unload()
        self._last_load = (request, on_progress)
        self._file = LoadedFile(request.path)
        with self._marks.during(request.path) if self._marks else contextlib.nullcontext():
            try:
                return self._stepped_load(request, self._file, on_progress, task)
            except (EngineDied, EngineHung) as error:
                if task.is_cancelled:
                    return None
                raise self._file.cause_of(error) from error

    def _stepped_load(
        self, request: LoadRequest, file: LoadedFile, on_progress: Progress, task: _Task
    ) -> ModelInfo | None:
        """Loads as asked, or smaller where memory is short, or without its chat template."""
        steps, template_problem = StepDown(request), ""
        while True:
            command = self._load_command(steps, template_problem)
            try:
                info = self._load_once(command, steps, on_progress, task)
            except TemplateFailed as error:
                if template_problem:
                    raise
                template_problem = error.values["reason"]
            except AppError as error:
                if task.is_cancelled or not file.is_unchanged or not steps.can_follow(error):
                    raise
            else:
                return info and self._told(info, request, steps)

    def _told(self, info: ModelInfo, request: LoadRequest, steps: StepDown) -> ModelInfo:
        """Keeps what is loaded, with what was asked for and what had to be made smaller."""
        stepped = {reduction.what for reduction in steps.reductions}
        reduced = (*steps.reductions, *(entry for entry in info.reduced if entry.what not in stepped))
        info = replace(info, request=request, reduced=reduced)
        if request.tuning is None and info.tuning is not None:
            if not steps.reductions:
                self._on_tuned(request.tune_as, info.tuning)
            assert self._last_load is not None
            self._last_load = (replace(request, tuning=info.tuning), self._last_load[1])
        with self._lock:
            self._info = info
        return info

    def _load_once(self, command: wire.Load, steps: StepDown, on_progress: Progress, task: _Task) -> ModelInfo | None:
        """Loads in a fresh process: what a failed load leaves in memory is gone only with its process."""
        process = EngineProcess(self._log_file, self._hung_after_s)
        with self._lock:
            self._process = process
        info: ModelInfo | None = None
        try:
            if self._send(process, command, wire.Cancel(), task):
                info = self._await_load(process, steps, on_progress)
        finally:
            if info is None or task.is_cancelled:
                self.unload()
        if info is None or task.is_cancelled:
            return None
        return info

    def _load_command(self, steps: StepDown, template_problem: str) -> wire.Load:
        request, available = steps.request, psutil.virtual_memory().available
        keeping = self._last_keeping = self._keeping()
        folder = ""
        self._quit_within_s = QUIT_WITHIN_S
        if keeping.folder is not None and keeping.quota_bytes > 0:
            state_folder.make(keeping.folder)
            folder = str(keeping.folder)
            self._quit_within_s += wire.SAVE_WITHIN_S
        return wire.Load(
            request,
            request.n_threads or threads_for(request.path),
            available,
            steps.is_fitting,
            state_memory(available, request.path),
            folder,
            keeping.quota_bytes,
            template_problem,
            physical_cores(),
        )

    def _await_load(self, process: EngineProcess, steps: StepDown, on_progress: Progress) -> ModelInfo | None:
        """Raises TemplateFailed where the host does not come back from the chat template."""
        within: float | None = None
        while True:
            match process.receive(within):
                case None if steps.is_within_fit:
                    raise EngineHung(seconds=FIT_WITHIN_S)
                case None:
                    raise TemplateFailed(reason=f"it runs for more than {TEMPLATE_WITHIN_S:g} s")
                case wire.FitStarted():
                    within, steps.is_within_fit = FIT_WITHIN_S, True
                case wire.TemplateStarted():
                    within = TEMPLATE_WITHIN_S
                case wire.TemplateDone():
                    within = None
                case wire.LoadProgress(fraction):
                    on_progress(fraction)
                    steps.has_weights = fraction >= 1.0
                case wire.LoadPlanned() as plan:
                    within, steps.plan, steps.is_within_fit = None, plan, False
                case wire.Loaded(info):
                    return replace(info, memory_bytes=process.memory_bytes())
                case wire.LoadEnded(None):
                    return None
                case wire.LoadEnded(ErrorReport() as report):
                    raise from_report(report)

    def _events(self, request: GenerationRequest, task: _Task) -> Iterator[GenerationEvent]:
        is_finished = False
        try:
            for event in self._replied(request, task):
                is_finished = isinstance(event, Finished)
                yield event
        except AppError as error:
            is_finished = True
            self.unload()
            if task.is_cancelled and isinstance(error, EngineDied | EngineHung):
                yield Finished(request.id, FinishReason.CANCELLED)
            else:
                cause = self._file.cause_of(error) if self._file else error
                yield Finished(request.id, FinishReason.ERROR, error=cause.report())
        finally:
            if not is_finished:
                self.cancel()
            self._end(task)

    def _replied(self, request: GenerationRequest, task: _Task) -> Iterator[GenerationEvent]:
        """Gives the events of a reply. Raises what ends the process; one that was idle too long is started again."""
        while True:
            process = self._ready_process(task)
            if self._file is not None:
                self._file.refuse_where_written_to()
            if process is None or not self._send(process, wire.Generate(request), wire.Cancel(request.id), task):
                yield Finished(request.id, FinishReason.CANCELLED)
                return
            try:
                yield from self._received(process, request.id)
            except EngineDied:
                if not process.was_idle:
                    raise
                self._drop()
            else:
                return

    def _ready_process(self, task: _Task) -> EngineProcess | None:
        """Returns the process with the model, loaded again where it has to be; None when cancelled."""
        if self.loaded is None:
            assert self._last_load is not None
            request, on_progress = self._last_load
            if self._load(request, on_progress, task) is None:
                return None
        return self._process

    def _received(self, process: EngineProcess, request_id: str) -> Iterator[GenerationEvent]:
        within: float | None = None
        while True:
            event = process.receive(within)
            match event:
                case None:
                    raise TemplateFailed(reason=f"it runs for more than {TEMPLATE_WITHIN_S:g} s")
                case wire.TemplateStarted() if event.id == request_id:
                    within = TEMPLATE_WITHIN_S
                case wire.TemplateDone() if event.id == request_id:
                    within = None
                case Finished() if event.id == request_id:
                    yield event
                    return
                case _ if isinstance(event, GenerationEvent) and event.id == request_id:
                    yield event


def state_memory(available: int, path: str) -> int:
    """Returns how many bytes KV states may take of ``available`` ones, beside the model of the file ``path``."""
    with contextlib.suppress(OSError):  # the load will tell
        available -= Path(path).stat().st_size
    return max(0, min(available // SHARE_OF_MEMORY, MOST_STATE_MEMORY))


def threads_for(path: str) -> int:
    """Returns how many threads may suit a model file: one for a small one, as its threads would wait for each other.

    That is the guess as long as nothing is measured.

    Measured on two busy cores with the starter: 1.2 ms a token with one thread, 10 to 100 ms with two.
    """
    try:
        size = Path(path).stat().st_size
    except OSError:
        return 1
    return 1 if size < SMALL_MODEL_BYTES else physical_cores()


def physical_cores() -> int:
    """Returns on how many cores this process may calculate: more threads than that slow llama.cpp down."""
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    return max(1, min(cores, allowed))
