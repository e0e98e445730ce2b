"""Sends the body of an answer over a socket, fast when nothing is wrong with it, and wrong where a fault says so."""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Final

from tests.hub.content import DiskReader, Opened
from tests.hub.effects import BodyEffect, Cut, Flip, Hold, Run, Trickle
from tests.hub.exchange import Answer
from tests.hub.faults import Fault

TICK_S: Final = 0.02


class ConnectionCut(Exception):
    """A fault ends the connection; ``is_reset`` says how."""

    def __init__(self, *, is_reset: bool) -> None:
        super().__init__()
        self.is_reset = is_reset


class BodyWriter:
    """Writes one body; ``sent`` and ``held`` are told what happens, ``closing`` is set when the Hub ends."""

    def __init__(
        self,
        connection: socket.socket,
        *,
        sent: Callable[[int], None],
        held: Callable[[bool], None],
        closing: threading.Event,
    ) -> None:
        self._connection = connection
        self._sent = sent
        self._held = held
        self._closing = closing
        self._bytes_per_s: int | None = None

    def write(
        self,
        answer: Answer,
        effects: Sequence[tuple[Fault, BodyEffect]],
        trickle: Trickle | None = None,
    ) -> None:
        """Sends all of the body; raises ConnectionCut where a fault ends it."""
        self._bytes_per_s = trickle.bytes_per_s if trickle else None
        position = answer.start
        with answer.content.opened() as opened:
            for fault, effect in sorted(effects, key=lambda each: _offset(each[1], answer)):
                mark = max(position, _offset(effect, answer))
                self._send(opened, position, mark)
                position = mark + self._apply(fault, effect, opened, mark)
            self._send(opened, position, answer.stop)

    def _apply(self, fault: Fault, effect: BodyEffect, opened: Opened, mark: int) -> int:
        """Lets one effect happen; returns how many bytes of the file it has dealt with."""
        fault.reach()
        match effect:
            case Cut():
                raise ConnectionCut(is_reset=effect.is_reset)
            case Hold():
                self._held(True)
                fault.released.wait()
                self._held(False)
            case Run():
                effect.action()
            case Flip():
                self._send_bytes(memoryview(bytes([opened.piece(mark, mark + 1)[0] ^ 0xFF])))
                return 1
        return 0

    def _send(self, opened: Opened, start: int, stop: int) -> None:
        if self._bytes_per_s is None and isinstance(opened, DiskReader) and hasattr(os, "sendfile"):
            self._send_file(opened, start, stop)
            return
        step = max(1, int(self._bytes_per_s * TICK_S)) if self._bytes_per_s else stop - start
        while start < stop:
            piece = memoryview(opened.piece(start, min(stop, start + step)))
            self._send_bytes(piece)
            start += len(piece)
            if self._bytes_per_s and self._closing.wait(len(piece) / self._bytes_per_s):
                raise ConnectionCut(is_reset=False)

    def _send_file(self, opened: DiskReader, start: int, stop: int) -> None:
        while start < stop:
            count = os.sendfile(self._connection.fileno(), opened.stream.fileno(), start, stop - start)
            if count == 0:
                raise EOFError(f"the file is shorter than it was: {opened.stream.name}")
            self._sent(count)
            start += count

    def _send_bytes(self, data: memoryview) -> None:
        while data:
            count = self._connection.send(data)
            self._sent(count)
            data = data[count:]


def undelivered(connection: socket.socket) -> int:
    """Returns how many bytes were written and have not reached the other side; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    return int(struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0])


def _offset(effect: BodyEffect, answer: Answer) -> int:
    match effect:
        case Flip(offset):
            return offset
        case Cut(after) | Hold(after) | Run(after):
            return answer.start + after
    raise TypeError(effect)
