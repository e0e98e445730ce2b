"""What the Hub means when it refuses: its status and its words (``X-Error-Code``, ``X-Error-Message``) as our errors.

Source: ``hf_raise_for_status`` of huggingface_hub 2.4, https://huggingface.co/docs/hub/models-gated
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from app.domain.errors import (
    AccessDenied,
    AccessPending,
    AppError,
    HubBusy,
    HubFailed,
    HubFileMissing,
    LicenceNotAccepted,
    LoginNeeded,
    ProxyFailed,
    RepositoryNotFound,
    TokenRefused,
)

LONGEST_REASON: Final = 200
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, OF_PROXY, TOO_MANY, UNAVAILABLE = 401, 403, 404, 407, 429, 503
UNSAID_WAIT_S: Final = 60

_RATE_LIMIT: Final = re.compile(r";\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d{1,9})")


def refusal(error: HfHubHTTPError, repository: str, endpoint: str) -> AppError:
    """Returns the error that an answer of the Hub with a status from 400 on is to a person."""
    response = error.response
    host = response.request.url.netloc.decode()
    page, tokens = f"{endpoint}/{repository}", f"{endpoint}/settings/tokens"
    said = _said(response)
    status = response.status_code
    if isinstance(error, GatedRepoError):
        return _gated(status, said, repository, page, tokens)
    if "invalid credentials" in said.lower():
        return TokenRefused(host=host, page=tokens)
    if isinstance(error, (EntryNotFoundError, RevisionNotFoundError)):
        return HubFileMissing(repository=repository, path=response.request.url.path.rsplit("/", 1)[-1])
    if isinstance(error, RepositoryNotFoundError) or status == NOT_FOUND:
        return RepositoryNotFound(repository=repository or page, host=host)
    if status == UNAUTHORIZED:
        return LoginNeeded(repository=repository or host, page=tokens)
    if status == FORBIDDEN:
        return AccessDenied(repository=repository or host, reason=said or status)
    if status == OF_PROXY:
        return ProxyFailed(host=host, reason=status)
    seconds = retry_after(response.headers)
    if status == TOO_MANY or (status == UNAVAILABLE and seconds is not None):
        return HubBusy(host=host, seconds=UNSAID_WAIT_S if seconds is None else seconds)
    return HubFailed(host=host, status=status)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Returns the seconds of a ``Retry-After`` (RFC 9110, 10.2.3; a date counts from now), None without a good one.

    The Hub itself says it in ``RateLimit``: https://huggingface.co/docs/hub/rate-limits
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return int(value[:9])
    limited = _RATE_LIMIT.search(headers.get("RateLimit", ""))
    if limited:
        return int(limited.group(1))
    try:
        return max(0, round(parsedate_to_datetime(value).timestamp() - time.time()))
    except (TypeError, ValueError, OverflowError):
        return None


def _gated(status: int, said: str, repository: str, page: str, tokens: str) -> AppError:
    words = said.lower()
    if status == UNAUTHORIZED or "log in" in words or "authenticated" in words:
        return LoginNeeded(repository=repository, page=tokens)
    if "awaiting" in words or "pending" in words:
        return AccessPending(repository=repository, page=page)
    if "rejected" in words:
        return AccessDenied(repository=repository, reason=said)
    return LicenceNotAccepted(repository=repository, page=page)


def _said(response: httpx2.Response) -> str:
    """Returns the Hub's own words, on one line and not without end."""
    words = " ".join(response.headers.get("X-Error-Message", "").split())
    return words[:LONGEST_REASON]
