"""One window for each data folder: a second start hands over what it was asked for, and the first window is raised.

A marker in the state folder says that a window is open, so that a start without one need not look. The window listens
at a socket in that folder where a path may be so long, else at a name of this user and folder. One that was killed
leaves both, and nobody answers.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.paths import Paths

CONNECT_WITHIN_MS: Final = 1000
ANSWER_WITHIN_MS: Final = 5000
"""A window that does not answer by then hangs; the second start opens a window of its own."""
LONGEST_MESSAGE: Final = 64 * 1024
LONGEST_SOCKET_PATH: Final = 100
"""Bytes; the system's own limit is 104 or 108."""
_TAKEN: Final = b"taken\n"


def hand_over(paths: Paths, model: str | None) -> bool:
    """Gives the window that is open what this start was asked for; False where no window answers."""
    socket = QLocalSocket()
    socket.connectToServer(socket_name(paths))
    if not socket.waitForConnected(CONNECT_WITHIN_MS):
        return False
    wanted = {"model": _absolute(model), "activation": os.environ.get("XDG_ACTIVATION_TOKEN", "")}
    socket.write(json.dumps(wanted).encode() + b"\n")
    is_taken = socket.waitForReadyRead(ANSWER_WITHIN_MS) and socket.readAll().data() == _TAKEN
    socket.abort()
    return is_taken


class InstanceServer(QObject):
    """Listens for later starts; ``asked`` carries a model (path, name or "") and the desktop's token for raising."""

    asked = Signal(str, str)

    def __init__(self, paths: Paths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._open: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def listen(self) -> bool:
        """Begins to listen; what a killed window left is taken away.

        Returns False where another window listens already: it was started in the same moment. Where nobody can listen,
        each start has a window of its own.
        """
        name = socket_name(self._paths)
        self._paths.state.mkdir(parents=True, exist_ok=True)
        if self._paths.instance.exists():  # Qt would put its own socket in the place of one that is in use
            socket = QLocalSocket()
            socket.connectToServer(name)
            if socket.waitForConnected(CONNECT_WITHIN_MS):
                return False
            QLocalServer.removeServer(name)
        if self._server.listen(name):
            self._paths.instance.touch()
        return True

    def close(self) -> None:
        """Stops listening."""
        if self._server.isListening():
            self._paths.instance.unlink(missing_ok=True)
            self._server.close()

    def _greet(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.setReadBufferSize(LONGEST_MESSAGE)
            socket.readyRead.connect(self._read_all)
            self._open.append(socket)
        self._read_all()

    def _read_all(self) -> None:
        waiting, self._open = self._open, []
        for socket in waiting:
            if not self._read(socket) and socket.state() is QLocalSocket.LocalSocketState.ConnectedState:
                self._open.append(socket)

    def _read(self, socket: QLocalSocket) -> bool:
        """Takes what a start says; returns whether there is no more to come."""
        if not socket.canReadLine():
            if socket.bytesAvailable() >= LONGEST_MESSAGE:
                socket.abort()
            return False
        try:
            wanted = json.loads(bytes(socket.readLine().data()))
            model, token = str(wanted["model"]), str(wanted["activation"])
        except (ValueError, KeyError, TypeError, RecursionError):
            socket.abort()
            return True
        socket.write(_TAKEN)
        socket.flush()
        socket.disconnectFromServer()
        self.asked.emit(model, token)
        return True


def socket_name(paths: Paths) -> str:
    """Returns where the window of this user and data folder listens."""
    path = paths.state / "window.socket"
    if sys.platform != "win32" and len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return str(path)
    known = f"{getpass.getuser()}\0{paths.state.resolve()}"
    return f"skald-{hashlib.sha256(known.encode()).hexdigest()[:24]}"


def _absolute(model: str | None) -> str:
    """Returns a file by its whole path, because the other start may run in another folder."""
    return str(Path(model).resolve()) if model and Path(model).is_file() else model or ""
