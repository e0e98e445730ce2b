"""Brings one file from the Hub to disk: resumed to the byte, hashed while it is written, named only when it is right.

`huggingface_hub` itself throws away up to 10 MiB at each drop, begins anew after a kill, and compares only the size.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx2

from app.domain.errors import (
    AppError,
    DownloadChanged,
    DownloadDamaged,
    DownloadDropped,
    DownloadStalled,
    HubBusy,
    HubFailed,
    HubProblem,
    NetworkUnreachable,
    ProxyFailed,
)
from app.domain.hub import HubFile
from app.library.hub_cache import CachedRepository
from app.library.hub_connection import STALL_S, HubConnection
from app.library.hub_files import HubFiles
from app.library.hub_refusals import retry_after
from app.library.pace import Limit
from app.library.partial_file import PartialFile

LOOK_AT_ROOM_EVERY: Final = 64 << 20
FIRST_WAIT_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 30.0
LONGEST_WAIT_S: Final = 120
"""Longer than this nobody waits in silence for a Hub that is busy."""


class Control:
    """Lets another thread stop a download at once; may be set before it begins, and never again."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._cut: Callable[[], None] | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether the download is to end."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Asks for the end; what was received stays."""
        self._stopped.set()
        with self._lock:
            if self._cut is not None:
                self._cut()

    def wait(self, seconds: float) -> bool:
        """Waits, at most until the end is asked for; returns whether it was."""
        return self._stopped.wait(seconds)

    def on_stop(self, cut: Callable[[], None] | None) -> None:
        """Sets what wakes a thread that waits for bytes."""
        with self._lock:
            self._cut = cut
            if cut is not None and self.is_stopped:
                cut()


@dataclass(frozen=True)
class Patience:
    """How long to keep trying: ``attempts`` that bring nothing new, one after the other.

    A connection that gives no byte for ``stall_s`` seconds is dropped.
    """

    attempts: int = 6
    first_wait_s: float = FIRST_WAIT_S
    stall_s: float = STALL_S


DEFAULT_PATIENCE: Final = Patience()


@dataclass(frozen=True)
class Source:
    """Which file of which commit of which repository."""

    repository: str
    commit: str
    file: HubFile


class _TryAgainError(Exception):
    """An attempt ended early; ``problem`` is what a person is told when there are too many of them."""

    def __init__(self, problem: AppError, wait_s: float | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.wait_s = wait_s


class Fetch:
    """One file on its way. ``on_progress`` gets how many bytes of it are on disk.

    ``room`` is how many bytes the other files of the same download still take.
    """

    def __init__(
        self,
        connection: HubConnection,
        cached: CachedRepository,
        source: Source,
        control: Control,
        on_progress: Callable[[int], None],
        *,
        room: int = 0,
        limit: Limit | None = None,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        self._connection = connection
        self._cached = cached
        self._source = source
        self._file = source.file
        self._control = control
        self._on_progress = on_progress
        self._room = room
        self._limit = limit or Limit()
        self._patience = patience
        self._partial = PartialFile(cached, source.file)
        self._best = 0
        self._failures = 0
        self._is_second_time = False

    def run(self) -> bool:
        """Returns True when the verified file has its name, False when it was stopped.

        Raises HubProblem, NoRoom, DiskFull, FolderNotWritable; what was received is kept then, unless it is wrong.
        """
        with self._cached.locked(self._file):
            if self._cached.is_complete(self._file):
                self._on_progress(self._file.bytes)
                return True
            with self._partial, HubFiles(self._connection, self._patience.stall_s) as files:
                self._control.on_stop(files.cut)
                try:
                    return self._bring(files)
                finally:
                    self._control.on_stop(None)

    def _bring(self, files: HubFiles) -> bool:
        self._partial.take_up(lambda: self._control.is_stopped)
        self._best = self._partial.held
        while not self._control.is_stopped:
            if self._partial.held == self._file.bytes and self._is_right():
                self._cached.finish(self._file)
                return True
            self._attempt_once(files)
        return False

    def _is_right(self) -> bool:
        """Compares the hash; the first time it is wrong, everything is fetched once more. Raises DownloadDamaged."""
        if self._partial.is_right():
            return True
        self._begin_again()
        if self._is_second_time:
            raise DownloadDamaged(path=self._file.path)
        self._is_second_time, self._best = True, 0
        return False

    def _attempt_once(self, files: HubFiles) -> None:
        """Makes one attempt and, where it ends early, waits before the next. Raises what `run` does."""
        before = self._best
        self._check_room()
        try:
            with self._connection.translated(self._source.repository):
                self._attempt(files)
            problem: _TryAgainError | None = None
        except _TryAgainError as error:
            problem = error
        except HubProblem as error:
            problem = None if self._control.is_stopped else _again(error)
        if problem is None or self._control.is_stopped:
            return
        self._failures = 0 if self._best > before else self._failures + 1
        if self._failures >= self._patience.attempts:
            raise problem.problem
        backoff = min(self._patience.first_wait_s * 2**self._failures, LONGEST_BACKOFF_S)
        self._control.wait(problem.wait_s or backoff)

    def _attempt(self, files: HubFiles) -> None:
        resolved = files.resolve(self._source.repository, self._source.commit, self._file.path)
        if not resolved.is_of(self._file):
            self._begin_again()
            raise DownloadChanged(repository=self._source.repository, path=self._file.path)
        host = httpx2.URL(resolved.location).host
        try:
            with files.stream(resolved.location, self._partial.held) as response:
                self._receive(response, response.request.url.host)
        except httpx2.ReadTimeout as error:
            raise _TryAgainError(DownloadStalled(host=host, seconds=round(self._patience.stall_s))) from error
        except (httpx2.ReadError, httpx2.RemoteProtocolError, httpx2.WriteError) as error:
            raise _TryAgainError(_dropped(host, str(error))) from error

    def _receive(self, response: httpx2.Response, host: str) -> None:
        passed = self._passed(response, host)
        with self._partial.growing():
            self._copy(response, passed)
        if self._partial.held < self._file.bytes and not self._control.is_stopped:
            raise _TryAgainError(_dropped(host, f"{self._partial.held} / {self._file.bytes}"))

    def _passed(self, response: httpx2.Response, host: str) -> int:
        """Returns how many bytes of an answer are on disk already: all those where the range was overlooked."""
        status = response.status_code
        if status == httpx2.codes.PARTIAL_CONTENT:
            begins = response.headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
            if begins != str(self._partial.held):
                raise _TryAgainError(_dropped(host, "Content-Range"))
            return 0
        if status == httpx2.codes.OK:
            return self._partial.held
        if status == httpx2.codes.RANGE_NOT_SATISFIABLE:
            raise _TryAgainError(_dropped(host, str(int(status))))
        if status in (httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE):
            seconds = retry_after(response.headers)
            if seconds is not None:
                raise HubBusy(host=host, seconds=seconds)
        # an address that has expired gives 403; the next attempt asks for a new one
        raise _TryAgainError(HubFailed(host=host, status=status))

    def _copy(self, response: httpx2.Response, passed: int) -> None:
        partial, control = self._partial, self._control
        look_at = partial.held + LOOK_AT_ROOM_EVERY
        for piece in response.iter_raw():
            if control.is_stopped:
                return  # before anything is written: a connection that was cut may give anything
            came = len(piece)
            if passed:
                passed, piece = max(0, passed - came), piece[passed:]
            piece = piece[: self._file.bytes - partial.held]
            if piece:
                partial.append(piece)
                self._best = max(self._best, partial.held)
                self._on_progress(partial.held)
            if partial.held == self._file.bytes:
                return
            if partial.held >= look_at:
                look_at = partial.held + LOOK_AT_ROOM_EVERY
                self._check_room()
            delay = self._limit.delay(came)
            if delay > 0 and control.wait(delay):
                return

    def _check_room(self) -> None:
        self._cached.check_room(self._file.bytes - self._partial.held + self._room)

    def _begin_again(self) -> None:
        self._partial.begin_again()
        self._on_progress(0)


def _again(error: HubProblem) -> _TryAgainError:
    """Returns what lets an attempt be made again after ``error``; raises it where that is no use."""
    seconds = 0
    if isinstance(error, HubBusy):
        seconds = int(error.values["seconds"])
    is_passing = isinstance(error, (NetworkUnreachable, ProxyFailed, HubBusy)) or (
        isinstance(error, HubFailed) and int(error.values["status"]) >= httpx2.codes.INTERNAL_SERVER_ERROR
    )
    if not is_passing or seconds > LONGEST_WAIT_S:
        raise error
    return _TryAgainError(error, seconds)


def _dropped(host: str, reason: str) -> DownloadDropped:
    return DownloadDropped(host=host, reason=reason[:120])
