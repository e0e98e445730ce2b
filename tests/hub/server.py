"""One host of the loopback Hub: an HTTP/1.1 server with a thread for each connection."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tests.hub.body_writer import BodyWriter, ConnectionCut, undelivered
from tests.hub.content import ENDLESS_SIZE
from tests.hub.effects import BodyEffect, Instead, Shorten, Trickle, WholeFile
from tests.hub.exchange import Answer, Place, Request, text_answer
from tests.hub.faults import Faults
from tests.hub.request_log import PATIENCE_S, RequestLog, SeenRequest
from tests.hub.sites import Site

_POLL_S: Final = 0.02
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class SiteServer(ThreadingHTTPServer):
    """Serves one site from a free port of 127.0.0.1 until `stop`; ``problems`` keeps what went wrong in itself."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, faults: Faults, log: RequestLog) -> None:
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self.site: Site | None = None
        self.faults = faults
        self.log = log
        self.closing = threading.Event()
        self.problems: list[BaseException] = []
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL_S,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens at."""
        return self.server_port

    def start(self, site: Site) -> None:
        """Begins to answer."""
        self.site = site
        self._thread.start()

    def stop(self) -> None:
        """Ends all connections and threads; faults must have let go first."""
        self.closing.set()
        if self._thread.ident is not None:
            self.shutdown()
            self._thread.join()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            _shut(connection)
        for thread in connections.values():
            thread.join(PATIENCE_S)
        self.server_close()

    def server_bind(self) -> None:
        """Binds without the look-up of the machine's name that the base class makes."""
        socket.socket.bind(self.socket, self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Starts a thread for a connection, and keeps both in view while it runs."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answers on one connection until it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._connections[request]

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection; one that a fault resets has been told how."""
        _shut(request)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  (of the base class)
        """Keeps what is our own mistake; a client that goes away is none."""
        problem = sys.exception()
        if problem is not None and not isinstance(problem, ConnectionError):
            self.problems.append(problem)


class SiteHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SiteServer
    connection: socket.socket

    def do_GET(self) -> None:
        """Answers with a body."""
        self._exchange()

    def do_HEAD(self) -> None:
        """Answers with headers alone."""
        self._exchange()

    def do_POST(self) -> None:
        """Answers a question that came with a body."""
        self._exchange()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def _exchange(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        assert self.server.site is not None
        place = self.server.site.place(request)
        with self.server.log.writing(place, request) as seen:
            try:
                self._send(self._answer(place, request), place, request, seen)
            except ConnectionCut as cut:
                self.close_connection = True
                if cut.is_reset:
                    self.server.log.note(seen, sent=-undelivered(self.connection))
                    self._reset()
            except ConnectionError:
                self.server.log.note(seen, sent=-min(seen.sent, undelivered(self.connection)))
                raise

    def _answer(self, place: Place, request: Request) -> Answer:
        assert self.server.site is not None
        for fault, instead in self.server.faults.take(Instead, place, request)[:1]:
            fault.reach()
            return instead.answer(request)
        if "range" in request.headers:
            for fault, _ in self.server.faults.take(WholeFile, place, request):
                fault.reach()
                headers = {name: value for name, value in request.headers.items() if name != "range"}
                request = Request(request.method, request.target, headers, request.body)
        if request.method == "POST" and place is not Place.API:
            return text_answer(405, "Method Not Allowed", "text/plain")
        return self.server.site.answer(request)

    def _send(self, answer: Answer, place: Place, request: Request, seen: SeenRequest) -> None:
        has_body = request.method != "HEAD"
        faults, log = self.server.faults, self.server.log
        for fault, shorten in faults.take(Shorten, place, request, answer) if has_body else []:
            fault.reach()
            answer = Answer(answer.status, answer.headers, answer.content, answer.start, answer.stop - shorten.missing)
        seen.status, seen.start = answer.status, answer.start
        effects = faults.take(BodyEffect, place, request, answer) if has_body else []
        trickles = faults.take(Trickle, place, request) if has_body else []
        self._send_head(answer)
        if has_body:
            writer = BodyWriter(
                self.connection,
                sent=lambda count: log.note(seen, sent=count),
                held=lambda is_held: log.note(seen, is_held=is_held),
                closing=self.server.closing,
            )
            for fault, _ in trickles:
                fault.reach()
            writer.write(answer, effects, trickles[0][1] if trickles else None)

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.length >= ENDLESS_SIZE:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(answer.length))
        self.end_headers()

    def _reset(self) -> None:
        """Makes the close of the connection a reset: what has not left is thrown away."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.rfile.close()
        self.connection.close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster
