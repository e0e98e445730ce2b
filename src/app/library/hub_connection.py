"""The one way to the Hub: every request goes through here, is bounded, is noted, and fails with one of our errors.

`huggingface_hub` finds and resolves; this file gives it a client that honours proxies, ``HF_HUB_OFFLINE`` and limits,
and keeps the access token on the endpoint that it belongs to.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2
from huggingface_hub import HfApi, close_session, hf_hub_url, set_client_factory
from huggingface_hub import constants as hub_constants
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]  # exported, by a lazy list

from app.domain.errors import (
    AppError,
    HubAnswerBad,
    HubBusy,
    NetworkForbidden,
    NetworkUnreachable,
    ProxyFailed,
    TlsFailed,
)
from app.domain.hub import HubFile
from app.library.hub_refusals import refusal, retry_after

CONNECT_S: Final = 10.0
STALL_S: Final = 30.0
"""A connection that gives no byte for so long is dropped."""

hub_constants.HF_HUB_DISABLE_TELEMETRY = True
"""Else huggingface_hub asks its makers' server, unasked, for a list of programs that it tells them about."""

LONGEST_ANSWER: Final = 16 << 20
"""Bytes that an answer about models may have; 250 files with their hashes take some 100 KB."""
LONGEST_PACKED_ANSWER: Final = 1 << 20
ANSWER_WITHIN_S: Final = 60.0
RETRIED_STATUSES: Final = (408, 429, 500, 502, 503, 504)
MOST_REDIRECTS: Final = 5
LONGEST_WAIT_S: Final = 120
"""Longer than this nobody waits in silence for a Hub that is busy."""

USER_AGENT: Final = "skald"

_SHA256: Final = re.compile(r"[0-9a-f]{64}")

#: Told of every request: method, and address without what stands behind a question mark.
OnRequest = Callable[[str, str], None]


@dataclass(frozen=True)
class Resolved:
    """Where the bytes of a file are at the moment. ``sha256`` is empty where the Hub names none."""

    location: str
    sha256: str
    bytes: int | None


class HubConnection:
    """A Hub at ``endpoint``, asked with ``token`` (None: without). One a process; used from any thread."""

    def __init__(
        self, endpoint: str, token: str | None = None, on_request: OnRequest = lambda _method, _address: None
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._token = token if _is_private(endpoint) else None
        self._on_request = on_request
        set_client_factory(self._make_answer_client)
        self.api = HfApi(endpoint=self.endpoint, token=self._token or False, headers={"user-agent": USER_AGENT})
        self._client: httpx2.Client | None = None

    @property
    def host(self) -> str:
        """The name of the Hub's machine, to be shown."""
        return urlsplit(self.endpoint).netloc

    @property
    def tokens_page(self) -> str:
        """Where a person makes an access token."""
        return f"{self.endpoint}/settings/tokens"

    @property
    def client(self) -> httpx2.Client:
        """The client that downloads go through."""
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def close(self) -> None:
        """Closes what is open."""
        close_session()
        if self._client is not None:
            self._client.close()
            self._client = None

    def resolve(self, repository: str, commit: str, path: str) -> Resolved:
        """Asks where a file's bytes are. The token goes to the endpoint's own machine only.

        Raises HubProblem.
        """
        url = hf_hub_url(repository, path, revision=commit, endpoint=self.endpoint)
        for _ in range(MOST_REDIRECTS):
            response = self.client.head(url, headers=self._headers(url), follow_redirects=False)
            if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
                raise HubBusy(host=self.host, seconds=retry_after(response.headers) or 60)
            hf_raise_for_status(response)
            if not response.has_redirect_location:
                return self._resolved(url, response)
            target = urljoin(url, response.headers["Location"])
            if response.headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_ETAG):
                return self._resolved(target, response)
            url = target
        raise HubAnswerBad(host=self.host, reason="redirects without end")

    @contextmanager
    def stream(self, location: str, start: int) -> Iterator[httpx2.Response]:
        """Opens the bytes of a file from ``start`` on, undecoded. Raises httpx2.HTTPError."""
        headers = {**self._headers(location), "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        request = self.client.build_request("GET", location, headers=headers, extensions={"is_endless": True})
        response = self.client.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()

    @contextmanager
    def translated(self, repository: str = "") -> Iterator[None]:
        """Turns what goes wrong on the way to the Hub into our errors, and what is not known into HubAnswerBad."""
        try:
            yield
        except AppError:
            raise
        except OfflineModeIsEnabled as error:
            raise NetworkForbidden from error
        except HFValidationError as error:
            raise HubAnswerBad(host=self.host, reason="not the name of a repository") from error
        except HfHubHTTPError as error:
            raise refusal(error, repository, self.endpoint) from error
        except httpx2.HTTPError as error:
            raise self.unreachable(error) from error
        except (ValueError, KeyError, TypeError, AttributeError, httpx2.InvalidURL) as error:
            raise HubAnswerBad(host=self.host, reason=type(error).__name__) from error

    def unreachable(self, error: Exception) -> AppError:
        """Returns the error of a connection that did not come about or broke."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return TlsFailed(host=self.host, reason=getattr(cause, "verify_message", "") or cause.reason or "TLS")
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpx2.ProxyError):
            return ProxyFailed(host=self.host, reason=error)
        return NetworkUnreachable(host=self.host)

    def _resolved(self, location: str, response: httpx2.Response) -> Resolved:
        headers = response.headers
        etag = headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_ETAG) or headers.get("ETag") or ""
        found = _SHA256.fullmatch(etag.removeprefix("W/").strip('"'))
        size = headers.get(hub_constants.HUGGINGFACE_HEADER_X_LINKED_SIZE)
        return Resolved(location, found.group() if found else "", int(size) if size and size.isdigit() else None)

    def _headers(self, url: str) -> dict[str, str]:
        token = self._token if _origin(url) == _origin(self.endpoint) else None
        return {"User-Agent": USER_AGENT, **({"Authorization": f"Bearer {token}"} if token else {})}

    def _make_client(self) -> httpx2.Client:
        return httpx2.Client(**self._client_options())

    def _make_answer_client(self) -> httpx2.Client:
        return _AnswerClient(self.unreachable, **self._client_options())

    def _client_options(self) -> dict[str, Any]:
        return {
            "follow_redirects": True,
            "timeout": httpx2.Timeout(STALL_S, connect=CONNECT_S),
            "event_hooks": {"request": [self._before], "response": [_bound]},
        }

    def _before(self, request: httpx2.Request) -> None:
        """Called before every request, those that follow a redirect too: only files come from elsewhere."""
        if hub_constants.is_offline_mode():
            raise OfflineModeIsEnabled("HF_HUB_OFFLINE")
        is_elsewhere = _origin(str(request.url)) != _origin(self.endpoint)
        is_answer = "is_endless" not in request.extensions
        if is_answer:
            request.headers["Accept-Encoding"] = "identity"
        if is_elsewhere:
            request.headers.pop("Authorization", None)
            if is_answer and request.method != "HEAD":
                raise httpx2.UnsupportedProtocol(f"{request.url.host} is not the Hub")
        self._on_request(request.method, f"{request.url.scheme}://{request.url.netloc.decode()}{request.url.path}")


class _AnswerClient(httpx2.Client):
    """The client of `huggingface_hub`: a person waits for its answers, so what fails fails at once.

    huggingface_hub itself tries again for 23 seconds before a search says that there is no network.
    """

    def __init__(self, unreachable: Callable[[Exception], AppError], **options: Any) -> None:
        super().__init__(**options)
        self._unreachable = unreachable

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        try:
            response = super().send(request, **options)
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error
        if response.status_code in RETRIED_STATUSES:
            hf_raise_for_status(response)
        return response


class _BoundedStream(httpx2.SyncByteStream):
    """An answer that ends by itself or with an error: not too long, not too slow."""

    def __init__(self, stream: httpx2.SyncByteStream, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        total, deadline = 0, time.monotonic() + ANSWER_WITHIN_S
        for piece in self._stream:
            total += len(piece)
            if total > self._limit or time.monotonic() > deadline:
                raise httpx2.DecodingError("an answer without an end")
            yield piece

    def close(self) -> None:
        self._stream.close()


def _bound(response: httpx2.Response) -> None:
    if "is_endless" not in response.request.extensions and isinstance(response.stream, httpx2.SyncByteStream):
        is_packed = response.headers.get("Content-Encoding", "identity") != "identity"
        response.stream = _BoundedStream(response.stream, LONGEST_PACKED_ANSWER if is_packed else LONGEST_ANSWER)


def shared_cache() -> Path:
    """Returns the cache folder that all programs of the Hub share on this machine."""
    return Path(hub_constants.HF_HUB_CACHE)


def check_unchanged(found: Resolved, file: HubFile) -> bool:
    """Tells whether the Hub still has the file that was chosen."""
    return found.sha256 == file.sha256 and found.bytes in (None, file.bytes)


def _is_private(url: str) -> bool:
    """Tells whether nobody on the way can read along: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)
