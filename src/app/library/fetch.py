"""Brings one file from the Hub to disk: resumed to the byte, hashed while it is written, named only when it is right.

`huggingface_hub` itself throws away up to 10 MiB at each drop, begins anew after a kill, and compares only the size.
"""

from __future__ import annotations

import contextlib
import socket as _socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from app.domain.errors import (
    AppError,
    DownloadChanged,
    DownloadDamaged,
    DownloadDropped,
    DownloadStalled,
    HubBusy,
    HubFailed,
    NetworkUnreachable,
)
from app.domain.hub import HubFile
from app.library.hashing import Hasher
from app.library.hub_cache import CachedRepository, written
from app.library.hub_connection import LONGEST_WAIT_S, STALL_S, HubConnection, check_unchanged
from app.library.hub_refusals import retry_after
from app.library.pace import Limit

PIECE: Final = 1 << 18
LOOK_AT_ROOM_EVERY: Final = 64 << 20
FIRST_WAIT_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 30.0


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
    """How long to keep trying: ``attempts`` that bring nothing new, one after the other."""

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
    """One file on its way. ``on_progress`` gets how many bytes of it are on disk."""

    def __init__(
        self,
        connection: HubConnection,
        cached: CachedRepository,
        source: Source,
        control: Control,
        on_progress: Callable[[int], None],
        *,
        limit: Limit | None = None,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        self._connection = connection
        self._cached = cached
        self._source = source
        self._file = source.file
        self._control = control
        self._on_progress = on_progress
        self._limit = limit or Limit()
        self._patience = patience
        self._hasher = Hasher()
        self._held = 0
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
            with self._hasher:
                self._take_up()
                while not self._control.is_stopped:
                    if self._held == self._file.bytes and self._is_right():
                        self._cached.finish(self._file)
                        return True
                    self._attempt_once()
            return False

    @property
    def _partial(self) -> Path:
        return self._cached.partial(self._file)

    def _take_up(self) -> None:
        """Hashes what an earlier run left, as far as it can be part of the file."""
        try:
            with self._partial.open("rb") as stream:
                while piece := stream.read(PIECE):
                    if self._control.is_stopped:
                        return
                    self._take(piece)
        except FileNotFoundError:
            return
        if self._held > self._file.bytes:
            self._begin_again()
        self._best = self._held

    def _is_right(self) -> bool:
        """Compares the hash; the first time it is wrong, everything is fetched once more. Raises DownloadDamaged."""
        if self._hasher.hexdigest() == self._file.sha256:
            return True
        self._begin_again()
        if self._is_second_time:
            raise DownloadDamaged(path=self._file.path)
        self._is_second_time, self._best = True, 0
        return False

    def _attempt_once(self) -> None:
        """Makes one attempt and, where it ends early, waits before the next. Raises what `run` does."""
        before = self._best
        self._cached.check_room(self._file.bytes - self._held)
        try:
            with self._connection.translated(self._source.repository):
                self._attempt()
            problem: _TryAgainError | None = None
        except _TryAgainError as error:
            problem = error
        except NetworkUnreachable as error:
            problem = _TryAgainError(error)
        except (HubBusy, HubFailed) as error:
            seconds = int(error.values.get("seconds", "0"))
            if seconds > LONGEST_WAIT_S or (isinstance(error, HubFailed) and int(error.values["status"]) < 500):
                raise
            problem = _TryAgainError(error, seconds or None)
        if problem is None or self._control.is_stopped:
            return
        self._failures = 0 if self._best > before else self._failures + 1
        if self._failures >= self._patience.attempts:
            raise problem.problem
        backoff = min(self._patience.first_wait_s * 2**self._failures, LONGEST_BACKOFF_S)
        self._control.wait(backoff if problem.wait_s is None else problem.wait_s)

    def _attempt(self) -> None:
        resolved = self._connection.resolve(self._source.repository, self._source.commit, self._file.path)
        if not check_unchanged(resolved, self._file):
            self._cached.drop_partial(self._file)
            raise DownloadChanged(repository=self._source.repository, path=self._file.path)
        if self._control.is_stopped:
            return
        try:
            with self._connection.stream(resolved.location, self._held) as response:
                self._receive(response)
        except httpx2.ReadTimeout as error:
            host = httpx2.URL(resolved.location).host
            raise _TryAgainError(DownloadStalled(host=host, seconds=round(self._patience.stall_s))) from error
        except (httpx2.ReadError, httpx2.RemoteProtocolError, httpx2.WriteError) as error:
            raise _TryAgainError(self._dropped(httpx2.URL(resolved.location).host, str(error))) from error

    def _dropped(self, host: str, reason: str) -> DownloadDropped:
        return DownloadDropped(host=host, reason=reason[:120])

    def _receive(self, response: httpx2.Response) -> None:
        host = response.request.url.host
        self._check_answer(response, host)
        stream = response.extensions.get("network_stream")
        socket = stream.get_extra_info("socket") if stream is not None else None
        self._control.on_stop(lambda: _cut(socket))
        try:
            with written(self._cached.folder), self._partial.open("ab") as out:
                self._copy(response, out.write)
        finally:
            self._control.on_stop(None)
        if self._held < self._file.bytes and not self._control.is_stopped:
            raise _TryAgainError(self._dropped(host, f"{self._held} / {self._file.bytes}"))

    def _check_answer(self, response: httpx2.Response, host: str) -> None:
        """Looks whether the answer goes on where we are; one that begins at the beginning is taken from there."""
        status = response.status_code
        if status == httpx2.codes.PARTIAL_CONTENT:
            begins = response.headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
            if begins != str(self._held):
                self._begin_again()
                raise _TryAgainError(self._dropped(host, "Content-Range"))
        elif status == httpx2.codes.OK:
            self._begin_again()
        elif status == httpx2.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self._begin_again()
            raise _TryAgainError(self._dropped(host, "416"))
        elif status in (httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE):
            seconds = retry_after(response.headers)
            if seconds is not None and seconds > LONGEST_WAIT_S:
                raise HubBusy(host=host, seconds=seconds)
            raise _TryAgainError(HubFailed(host=host, status=status), seconds)
        else:  # an address that has expired gives 403; the next attempt asks for a new one
            raise _TryAgainError(HubFailed(host=host, status=status))

    def _copy(self, response: httpx2.Response, write: Callable[[bytes], int | None]) -> None:
        look_at = self._held + LOOK_AT_ROOM_EVERY
        for piece in response.iter_raw():
            room = self._file.bytes - self._held
            if room <= 0:
                return
            piece = piece[:room]
            write(piece)
            self._take(piece)
            self._best = max(self._best, self._held)
            self._on_progress(self._held)
            if self._control.is_stopped:
                return
            if self._held >= look_at:
                look_at = self._held + LOOK_AT_ROOM_EVERY
                self._cached.check_room(self._file.bytes - self._held)
            delay = self._limit.delay(len(piece))
            if delay > 0 and self._control.wait(delay):
                return

    def _take(self, piece: bytes) -> None:
        self._hasher.update(piece)
        self._held += len(piece)

    def _begin_again(self) -> None:
        self._cached.drop_partial(self._file)
        self._hasher.reset()
        self._held = 0
        self._on_progress(0)


def _cut(socket: Any) -> None:
    """Ends a wait for bytes in another thread; the socket may be closed already."""
    with contextlib.suppress(OSError, AttributeError):
        socket.shutdown(_socket.SHUT_RDWR)
