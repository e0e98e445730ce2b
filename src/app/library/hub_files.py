"""Where the bytes of a file on the Hub are, and the bytes: the way of one download, which another thread can cut."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urljoin

import httpx2
from huggingface_hub import constants as hub_constants
from huggingface_hub import hf_hub_url
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]  # exported, by a lazy list

from app.domain.errors import HubAnswerBad
from app.domain.hub import HubFile
from app.library.hub_connection import ENDLESS, MOST_REDIRECTS, STALL_S, HubConnection

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Resolved:
    """Where the bytes of a file are at the moment. ``sha256`` is empty where the Hub names none."""

    location: str
    sha256: str
    bytes: int | None

    def is_of(self, file: HubFile) -> bool:
        """Tells whether the Hub still has the file that was chosen, as far as it says; the hash has the last word."""
        return self.sha256 in ("", file.sha256) and self.bytes in (None, file.bytes)


class HubFiles:
    """A context manager with connections of its own, for one thread; `cut` is for any.

    A connection that gives no byte for ``stall_s`` seconds is dropped.
    """

    def __init__(self, connection: HubConnection, stall_s: float = STALL_S) -> None:
        self._connection = connection
        self._client = connection.make_client(stall_s)
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    def cut(self) -> None:
        """Ends every wait for bytes, now and later, in whatever step of a request it is."""
        with self._lock:
            self._is_cut = True
            for each in self._sockets:
                _shut(each)

    def resolve(self, repository: str, commit: str, path: str) -> Resolved:
        """Asks where a file's bytes are. The token goes to the endpoint's own machine only.

        Raises HubAnswerBad, and what `HubConnection.translated` understands.
        """
        url = hf_hub_url(repository, path, revision=commit, endpoint=self._connection.endpoint)
        for _ in range(MOST_REDIRECTS):
            request = self._request("HEAD", url, {})
            response = self._client.send(request, follow_redirects=False)
            hf_raise_for_status(response)
            if not response.has_redirect_location:
                return _resolved(url, response)
            target = urljoin(url, response.headers["Location"])
            if response.headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_ETAG):
                return _resolved(target, response)
            url = target
        raise HubAnswerBad(host=self._connection.host, reason="redirects without end")

    @contextmanager
    def stream(self, location: str, start: int) -> Iterator[httpx2.Response]:
        """Opens the bytes of a file from ``start`` on, undecoded. Raises httpx2.HTTPError."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        response = self._client.send(self._request("GET", location, headers), stream=True)
        try:
            yield response
        finally:
            response.close()

    def _request(self, method: str, url: str, headers: dict[str, str]) -> httpx2.Request:
        headers = {**self._connection.headers(url), "Accept-Encoding": "identity", **headers}
        return self._client.build_request(
            method, url, headers=headers, extensions={"trace": self._watch, **(ENDLESS if method == "GET" else {})}
        )

    def _watch(self, event: str, values: dict[str, Any]) -> None:
        """Told of each step of a request (https://www.encode.io/httpcore/extensions/#trace); keeps new sockets."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._lock:
                self._sockets = [each for each in self._sockets if each.fileno() >= 0]
                self._sockets.append(values["return_value"].get_extra_info("socket"))
                if self._is_cut:
                    _shut(self._sockets[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def _resolved(location: str, response: httpx2.Response) -> Resolved:
    headers = response.headers
    etag = headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_ETAG) or headers.get("ETag") or ""
    found = _SHA256.fullmatch(etag.removeprefix("W/").strip('"'))
    size = headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_SIZE)
    return Resolved(location, found.group() if found else "", int(size) if size and size.isdecimal() else None)


def _shut(each: socket.socket) -> None:
    """Wakes whoever reads. Not `ssl.SSLSocket.shutdown`: after that a read gives what is still encrypted."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(each, socket.SHUT_RDWR)
