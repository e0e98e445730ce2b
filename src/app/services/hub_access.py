"""Opens the way to the Hub as the person has set it: which one, with which token, and into which folder."""

from __future__ import annotations

from pathlib import Path

from app.domain.errors import WrongUsage
from app.library.hub_connection import HubConnection, OnRequest
from app.library.hub_token import environment_endpoint, find_token
from app.library.pace import Limit
from app.paths import Paths
from app.services.downloading import Downloader
from app.storage.request_log import RequestLog
from app.storage.settings import Settings

KIB = 1024


def endpoint_of(settings: Settings) -> str:
    """Returns the address of the Hub in use."""
    return settings.hub_endpoint.rstrip("/") or environment_endpoint()


def connect(paths: Paths, settings: Settings, token: str | None = None) -> HubConnection:
    """Returns a connection to the Hub in use that notes every request. Raises WrongUsage for a bad address."""
    endpoint = endpoint_of(settings)
    if not endpoint.startswith(("https://", "http://")):
        raise WrongUsage(reason=endpoint)
    return HubConnection(endpoint, token or find_token(endpoint), noting(paths))


def noting(paths: Paths) -> OnRequest:
    """Returns what notes a request in the list that Settings shows."""
    return RequestLog(paths.requests).add


def make_downloader(paths: Paths, settings: Settings, token: str | None = None) -> Downloader:
    """Returns a downloader from the Hub in use, at the speed that is allowed."""
    return Downloader(connect(paths, settings, token), limit=Limit(settings.download_limit_kib * KIB))


def download_folder(paths: Paths, settings: Settings) -> Path:
    """Returns the cache folder that downloads go to: ours, or the one shared with other programs."""
    if settings.is_hub_cache_shared:
        from app.library.hub_connection import shared_cache

        return shared_cache()
    return paths.hub_cache
