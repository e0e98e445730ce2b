"""The one way to the Hub: every request goes through here, is bounded, is noted, and fails with one of our errors.

`huggingface_hub` finds and resolves; this file gives it a client that honours proxies, ``HF_HUB_OFFLINE`` and limits,
and keeps the access token on the endpoint that it belongs to.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2
from huggingface_hub import HfApi, close_session, set_client_factory
from huggingface_hub import constants as hub_constants
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]  # exported, by a lazy list

from app.domain.errors import (
    AppError,
    HubAnswerBad,
    NetworkForbidden,
    NetworkSwitchedOff,
    NetworkUnreachable,
    ProxyFailed,
    TlsFailed,
    TokenRefused,
)
from app.library.hub_refusals import refusal

CONNECT_S: Final = 10.0
STALL_S: Final = 30.0
"""A connection that gives no byte for so long is dropped."""

hub_constants.HF_HUB_DISABLE_TELEMETRY = True
"""Else huggingface_hub asks its makers' server, unasked, for a list of programs that it tells them about."""

logging.getLogger("httpx2").setLevel(logging.WARNING)
"""Else it logs every address with its signature, which is as good as a key."""

LONGEST_ANSWER: Final = 16 << 20
"""Bytes that an answer about models may have; 250 files with their hashes take some 100 KB."""
LONGEST_PACKED_ANSWER: Final = 1 << 20
ANSWER_WITHIN_S: Final = 60.0
MOST_REDIRECTS: Final = 5
USER_AGENT: Final = "skald"

ENDLESS: Final = {"is_endless": True}
"""The extension of a request for a file, which may be of any length and come from anywhere."""

_FAILED: Final = (408, 429, 500, 502, 503, 504)
_NO_HUB: Final = (httpx2.TooManyRedirects, httpx2.DecodingError, httpx2.UnsupportedProtocol)
#: Told of every request: method, and address without what stands behind a question mark.
OnRequest = Callable[[str, str], None]


class HubConnection:
    """A Hub at ``endpoint``, asked with ``token`` (None: without). One a process; used from any thread.

    Raises TokenRefused for what cannot be a token. An answer that does not go on for ``stall_s`` seconds is given up.
    While ``is_forbidden`` says so, which is asked before every request, no request is made.
    """

    def __init__(
        self,
        endpoint: str,
        token: str | None = None,
        on_request: OnRequest = lambda _method, _address: None,
        *,
        stall_s: float = STALL_S,
        is_forbidden: Callable[[], bool] = lambda: False,
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise TokenRefused(host=self.host, page=self.tokens_page)
        self._token = token if _is_private(endpoint) else None
        self._on_request = on_request
        self._is_forbidden = is_forbidden
        set_client_factory(lambda: self.make_client(stall_s, _AskedOnce))
        self.api = HfApi(endpoint=self.endpoint, token=self._token or False, headers={"user-agent": USER_AGENT})

    @property
    def host(self) -> str:
        """The name of the Hub's machine, to be shown."""
        return urlsplit(self.endpoint).netloc

    @property
    def tokens_page(self) -> str:
        """Where a person makes an access token."""
        return f"{self.endpoint}/settings/tokens"

    def close(self) -> None:
        """Closes the client that `huggingface_hub` asks through; the next question opens it again."""
        close_session()

    def headers(self, url: str) -> dict[str, str]:
        """Returns the headers of a request: the token for the endpoint's own machine only."""
        token = self._token if _origin(url) == _origin(self.endpoint) else None
        return {"User-Agent": USER_AGENT, **({"Authorization": f"Bearer {token}"} if token else {})}

    def make_client(self, stall_s: float, kind: type[httpx2.Client] = httpx2.Client) -> httpx2.Client:
        """Returns a client that lets no byte come in for ``stall_s`` seconds at most. Raises ProxyFailed, TlsFailed."""
        try:
            return kind(
                follow_redirects=True,
                timeout=httpx2.Timeout(stall_s, connect=CONNECT_S),
                event_hooks={"request": [self._before], "response": [_bound]},
            )
        except (ValueError, ImportError, httpx2.InvalidURL) as error:  # SOCKS wants a package that we do not have
            raise ProxyFailed(host=self.host, reason=_proxy_for(self.endpoint) or type(error).__name__) from error
        except OSError as error:  # SSL_CERT_FILE
            raise TlsFailed(host=self.host, reason=error.strerror or type(error).__name__) from error

    @contextmanager
    def translated(self, repository: str = "") -> Iterator[None]:
        """Turns what goes wrong on the way to the Hub into our errors, and what is not known into HubAnswerBad."""
        try:
            yield
        except AppError:
            raise
        except _FailedOnceError as error:
            raise self._of_client(error.error) from error.error
        except OfflineModeIsEnabled as error:
            raise NetworkForbidden from error
        except HFValidationError as error:
            raise HubAnswerBad(host=self.host, reason="not the name of a repository") from error
        except HfHubHTTPError as error:
            raise refusal(error, repository, self.endpoint) from error
        except httpx2.HTTPError as error:
            raise self._of_client(error) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, httpx2.InvalidURL) as error:
            raise HubAnswerBad(host=self.host, reason=type(error).__name__) from error

    def _of_client(self, error: httpx2.HTTPError) -> AppError:
        """Returns the error of an answer that is none, or of a connection that did not come about or broke."""
        if isinstance(error, _NO_HUB):
            return HubAnswerBad(host=self.host, reason=error)
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                return TlsFailed(host=self.host, reason=getattr(cause, "verify_message", "") or cause.reason or "TLS")
            cause = cause.__cause__ or cause.__context__
        proxy = _proxy_for(self.endpoint)
        is_first_step = isinstance(error, httpx2.ProxyError | httpx2.ConnectError | httpx2.ConnectTimeout)
        if is_first_step and proxy:
            return ProxyFailed(host=self.host, reason=f"{proxy}: {error}" if str(error) else proxy)
        return NetworkUnreachable(host=self.host)

    def _before(self, request: httpx2.Request) -> None:
        """Called before every request, those that follow a redirect too: only files come from elsewhere."""
        if self._is_forbidden():
            raise NetworkSwitchedOff
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


class _AskedOnce(httpx2.Client):
    """The client that `huggingface_hub` asks through.

    WORKAROUND: it searches without any time-out, asks again after an error, unseen and unstoppable, and sleeps for as
    long as a Retry-After says; it lets through what is not an error of its client.
    https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_http.py (http_backoff)
    """

    def send(self, request: httpx2.Request, **kwargs: Any) -> httpx2.Response:
        request.extensions["timeout"] = self.timeout.as_dict()
        try:
            response = super().send(request, **kwargs)
        except httpx2.TransportError as error:
            raise _FailedOnceError(error) from error
        if response.status_code in _FAILED:
            hf_raise_for_status(response)
        return response


class _FailedOnceError(Exception):
    """Carries an error of the client through `huggingface_hub`."""

    def __init__(self, error: httpx2.TransportError) -> None:
        super().__init__()
        self.error = error


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


def _is_private(url: str) -> bool:
    """Tells whether nobody on the way can read along: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")


def _proxy_for(url: str) -> str:
    """Returns the proxy of the environment that ``url`` goes through, without a name and password; "" for none."""
    parts = urlsplit(url)
    proxies = getproxies()
    value = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not value or proxy_bypass(parts.hostname or ""):
        return ""
    return value.rsplit("@", 1)[-1].rsplit("//", 1)[-1].strip("/")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)
