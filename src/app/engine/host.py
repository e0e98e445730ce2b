"""The engine process, started as ``python -m app.engine.host``: reads commands while a worker thread owns llama.cpp.

One process holds one model, from load to unload, and then ends: that gives all memory back. It ends at once when its
standard input does, whatever the worker is doing, so that no engine outlives the program that started it. Events go
to what was standard output; everything else that writes there lands in the log on standard error.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final, NoReturn

from app.domain.errors import EngineNotInstalled
from app.engine import wire

if TYPE_CHECKING:
    from app.engine.worker import Worker

CANCEL_GRACE_S: Final = 0.05
"""How long a cancelled load may take to end by itself, in seconds; then the process ends without it."""


class EventPipe:
    """The way to the client. Events may be written by either thread."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def send(self, event: wire.Event) -> None:
        """Writes one event whole; where the client is gone, this process ends."""
        data = memoryview(wire.encode(event))
        with self._lock:
            while data:
                try:
                    data = data[self._out.write(data) or 0 :]
                except OSError:
                    os._exit(wire.EXIT_FAILED)


def main() -> NoReturn:
    """Serves until the client says quit or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that started this one
    faulthandler.enable()
    events = EventPipe()
    try:
        from app.engine.worker import Worker
    except EngineNotInstalled as error:
        events.send(wire.LoadEnded(error.report()))
        os._exit(0)
    worker: Worker | None = None
    commands = sys.stdin.buffer
    while True:
        command = wire.read_from(commands)
        match command:
            case None:
                os._exit(0)
            case wire.Quit():
                if worker:
                    worker.quit()
                os._exit(0)
            case wire.Load():
                worker = Worker(command, events.send)
                worker.start()
            case wire.Generate(request) if worker:
                worker.ask(request)
            case wire.Count(request) if worker:
                worker.count(request)
            case wire.Forget():
                if worker:
                    worker.forget(command)
            case wire.Cancel(id=request_id) if worker:
                _cancel(worker, request_id, events)
            case _:
                raise wire.ProtocolError(f"{type(command).__name__} cannot come now")


def _cancel(worker: Worker, request_id: str, events: EventPipe) -> None:
    if request_id:
        worker.cancel(request_id)
        return
    worker.cancel_load()
    if not worker.load_ended.wait(CANCEL_GRACE_S):
        events.send(wire.LoadEnded())
        os._exit(0)


if __name__ == "__main__":
    main()
