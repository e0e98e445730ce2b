"""The engine process as the program that starts it sees it: commands in, events out, its last words when it dies."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import psutil

from app.domain.errors import AppError, EngineDied, EngineHung, EngineNotInstalled, TemplateFailed
from app.engine import death, wire

QUIT_WITHIN_S: Final = 2.0
LOG_TAIL: Final = 16_000
LOOK_EVERY_S: Final = 5.0
HUNG_AFTER_S: Final = 120.0
"""Seconds without an event, without work on the processor and without reading, after which an engine hangs.

Time alone tells nothing: one batch of a large model on a slow machine takes minutes, and llama.cpp is silent within it.
So an engine that calculates for ever is not noticed here; it ends when the person stops the reply.
"""

CANCELLED_WITHIN_S: Final = 20.0
"""Seconds after which work that was cancelled and does not heed it costs the process its life."""

COUNT_WITHIN_S: Final = 20.0
"""Seconds after which a count, for which foreign code runs, costs the process its life once something waits for it."""


def host_command() -> list[str]:
    """Returns the command that starts an engine process; a frozen program starts itself with its own verb."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-host"]
    return [sys.executable, "-P", "-m", "app.engine.host"]


class EngineProcess:
    """One running host. Any thread may call ``send`` and ``count``, which never block; all else is for one thread."""

    def __init__(self, log_file: Path | None, hung_after_s: float = HUNG_AFTER_S) -> None:
        """Starts the process. Raises EngineNotInstalled where that cannot be done."""
        self._log = _open_log(log_file)
        self._hung_after_s = hung_after_s
        self._oom_kills = death.oom_kills()
        self.end_by: float | None = None
        """When (``time.monotonic()``) the process is ended unless an event came; None where it may take its time."""
        try:
            self._popen = subprocess.Popen(
                host_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=_environment(),
                **_detached(),
            )
        except OSError as error:
            self._log.close()
            raise EngineNotInstalled(reason=error) from error
        self._psutil = psutil.Process(self._popen.pid)
        self._commands: queue.SimpleQueue[wire.Command | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[wire.Event | wire.ProtocolError | None] = queue.SimpleQueue()
        self._newest_count: tuple[str, Callable[[wire.Counted], None]] | None = None
        self._counting_since: float | None = None
        self._threads = [
            threading.Thread(target=self._write, name="engine-commands", daemon=True),
            threading.Thread(target=self._read, name="engine-events", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._popen.poll() is None

    @property
    def was_idle(self) -> bool:
        """Whether the process ended by itself because nobody asked for anything."""
        return self._popen.poll() == wire.EXIT_IDLE

    def memory_bytes(self) -> int:
        """Returns the resident memory; 0 when the process is gone."""
        try:
            return int(self._psutil.memory_info().rss)
        except psutil.Error:
            return 0

    def peak_bytes(self) -> int:
        """Returns the most resident memory so far; what is resident now where the system does not tell; 0 when gone."""
        status = Path(f"/proc/{self._popen.pid}/status")
        try:
            if status.exists():
                return int(status.read_text(encoding="ascii", errors="replace").split("VmHWM:")[1].split()[0]) * 1024
            memory = self._psutil.memory_info()
            return int(getattr(memory, "peak_wset", memory.rss))
        except (OSError, IndexError, psutil.Error):
            return self.memory_bytes()

    def send(self, command: wire.Command) -> None:
        """Queues a command; a process that is gone gets nothing and ``receive`` says so."""
        self._commands.put(command)

    def count(self, command: wire.Count, on_counted: Callable[[wire.Counted], None]) -> None:
        """Queues a count; its answer goes to ``on_counted`` in the reading thread unless a newer one replaces it."""
        self._newest_count = (command.request.id, on_counted)
        self.send(command)

    def receive(self, within_s: float | None = None) -> wire.Event | None:
        """Waits for the next event; None after ``within_s`` seconds.

        Raises EngineDied when the process ended; EngineHung (and ends it) when it makes no progress any more,
        TemplateFailed (and ends it) when it does not come back from a count.
        """
        silence, work = 0.0, -1.0
        while True:
            wait = min(LOOK_EVERY_S, COUNT_WITHIN_S) if within_s is None else within_s
            try:
                event = self._events.get(timeout=min(wait, self._hung_after_s))
            except queue.Empty:
                if within_s is not None:
                    return None
            else:
                if event is None or isinstance(event, wire.ProtocolError):
                    raise self._death(event)
                return event
            self._end_lost_count()
            if self.end_by is not None and time.monotonic() >= self.end_by:
                self.kill()
                raise EngineHung(seconds=round(CANCELLED_WITHIN_S))
            before, work = work, self._work_done()
            silence = silence + min(wait, self._hung_after_s) if work == before else 0.0
            if silence >= self._hung_after_s:
                self.kill()
                raise EngineHung(seconds=round(silence))

    def quit(self, within_s: float = QUIT_WITHIN_S) -> None:
        """Ends the process, politely first, by force after ``within_s`` seconds; on return it is gone."""
        self.send(wire.Quit())
        self._finish(within_s)

    def kill(self) -> None:
        """Ends the process at once; on return it is gone with its threads."""
        self._popen.kill()
        self._finish(None)

    def _finish(self, within_s: float | None) -> None:
        try:
            self._popen.wait(within_s)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._commands.put(None)
        for thread in self._threads:
            thread.join()
        for stream in (self._popen.stdin, self._popen.stdout, self._log):
            _close(stream)

    def _end_lost_count(self) -> None:
        since = self._counting_since
        if since is not None and time.monotonic() - since > COUNT_WITHIN_S:
            self.kill()
            raise TemplateFailed(reason=f"it runs for more than {COUNT_WITHIN_S:g} s")

    def _death(self, problem: wire.ProtocolError | None) -> AppError:
        """Returns how the process ended; one that talks nonsense is ended."""
        if problem is not None:
            self._popen.kill()
        try:
            code = self._popen.wait(QUIT_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            code = self._popen.wait()
        log = self._last_words()
        self._finish(None)
        if problem is not None:
            return EngineDied(log=str(problem), code=code)
        return death.told(code, log, death.oom_kills() > self._oom_kills)

    def _last_words(self) -> str:
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - LOG_TAIL))
        return self._log.read().decode("utf-8", "replace")

    def _work_done(self) -> float:
        """Returns a number that grows while the process calculates or reads."""
        work = 0.0
        with contextlib.suppress(psutil.Error):
            times = self._psutil.cpu_times()
            work += float(times.user + times.system)
        if hasattr(self._psutil, "io_counters"):
            with contextlib.suppress(psutil.Error):  # some containers do not let it be read
                work += float(self._psutil.io_counters().read_bytes)
        return work

    def _write(self) -> None:
        stream = self._popen.stdin
        assert stream is not None
        while (command := self._commands.get()) is not None:
            try:
                stream.write(wire.encode(command))
                stream.flush()
            except OSError:  # the process is gone: whoever receives hears of it
                return

    def _read(self) -> None:
        stream = self._popen.stdout
        assert stream is not None
        try:
            while (event := wire.read_from(stream)) is not None:
                if isinstance(event, wire.CountStarted):
                    self._counting_since = time.monotonic()
                elif isinstance(event, wire.Counted):
                    self._take_count(event)
                elif isinstance(event, wire.Event):
                    self._events.put(event)
        except wire.ProtocolError as error:
            self._events.put(error)
        except OSError:
            pass
        self._events.put(None)

    def _take_count(self, counted: wire.Counted) -> None:
        self._counting_since = None
        newest = self._newest_count
        if newest is not None and newest[0] == counted.id:
            newest[1](counted)


def _open_log(log_file: Path | None) -> IO[bytes]:
    if log_file is not None:
        try:
            log_file.parent.mkdir(parents=True, exist_ok=True)
            return log_file.open("w+b")
        except OSError:  # a reply is worth more than its log
            pass
    return tempfile.TemporaryFile()


def _close(stream: IO[bytes] | None) -> None:
    if stream is None:
        return
    try:
        stream.close()
    except OSError:  # what was not written yet has no reader any more
        return


def _environment() -> dict[str, str]:
    """Returns the child's environment: ``app`` is found as it was here, and ggml starts no debugger on an abort.

    ``GOMP_SPINCOUNT`` bounds how long llama.cpp's threads wait for each other without giving their core away. On two
    cores that other programs want too, a 100M model with two threads takes 700 ms a token with the default, 95 ms so;
    on two free cores both take about 10 ms (without any spinning: 18 ms).
    """
    source = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([source, others]) if others else source
    return {"GOMP_SPINCOUNT": "3000", **os.environ, "PYTHONPATH": path, "GGML_NO_BACKTRACE": "1"}


def _detached() -> dict[str, Any]:
    """Returns what keeps the terminal's Ctrl+C and, on Windows, a console window away from the child."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
