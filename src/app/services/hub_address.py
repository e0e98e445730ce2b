"""Which Hub is in use: the one of the settings, else of ``HF_ENDPOINT``, else the public one."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.library.hub_token import environment_endpoint
from app.storage.settings import Settings


def endpoint_of(settings: Settings) -> str:
    """Returns the address of the Hub in use."""
    return settings.hub_endpoint.rstrip("/") or environment_endpoint()


def host_of(settings: Settings) -> str:
    """Returns the name of the Hub in use, to be shown."""
    return urlsplit(endpoint_of(settings)).netloc or endpoint_of(settings)


def is_address(text: str) -> bool:
    """Tells whether ``text`` can be the address of a Hub: empty, or HTTP(S) with a host and without a name in it."""
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return not text or (parts.scheme in ("http", "https") and has_host and parts.username is None and not parts.query)
