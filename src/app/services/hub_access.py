"""Opens the way to the Hub as the person has set it: which one, with which token, and into which folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.domain.errors import WrongUsage
from app.library.fetch import Patience
from app.library.hub_connection import HubConnection, OnRequest
from app.library.hub_token import find_token, keep_token
from app.library.pace import Limit
from app.paths import Paths
from app.services.downloading import Downloader
from app.services.hub_address import endpoint_of, is_address
from app.storage.request_log import RequestLog
from app.storage.settings import Settings

KIB = 1024
WINDOW_PATIENCE = Patience(attempts=20)
"""A window keeps trying for some eight minutes: a laptop that was closed, a train in a tunnel."""


def connect(
    paths: Paths, settings: Settings, token: str | None = None, is_forbidden: Callable[[], bool] | None = None
) -> HubConnection:
    """Returns a connection to the Hub in use that notes every request. Raises WrongUsage for a bad address.

    ``is_forbidden`` is asked before every request; without it the network is as ``settings`` say.
    """
    endpoint = endpoint_of(settings)
    if not is_address(endpoint):
        raise WrongUsage(reason=endpoint)
    forbidden = is_forbidden or (lambda: settings.is_network_forbidden)
    return HubConnection(endpoint, token or find_token(endpoint), noting(paths), is_forbidden=forbidden)


def noting(paths: Paths) -> OnRequest:
    """Returns what notes a request in the list that Settings shows."""
    return RequestLog(paths.requests).add


def make_downloader(paths: Paths, settings: Settings, token: str | None = None) -> Downloader:
    """Returns a downloader from the Hub in use, at the speed that is allowed."""
    return Downloader(connect(paths, settings, token), limit=Limit(settings.download_limit_kib * KIB))


class HubAccess:
    """The window's way to the Hub: one connection and one limit, renewed when the settings change; for any thread."""

    def __init__(self, paths: Paths, settings: Callable[[], Settings]) -> None:
        self._paths = paths
        self._settings = settings
        self._lock = threading.Lock()
        self._limit = Limit()
        self._connection: HubConnection | None = None
        self._made_for = ""

    def downloader(self) -> Downloader:
        """Returns a downloader; may ask the system's keyring. Raises WrongUsage for a bad address."""
        settings = self._settings()
        self.follow_settings()
        with self._lock:
            if self._connection is None or self._made_for != endpoint_of(settings):
                if self._connection is not None:
                    self._connection.close()
                self._connection = connect(
                    self._paths, settings, is_forbidden=lambda: self._settings().is_network_forbidden
                )
                self._made_for = endpoint_of(settings)
            return Downloader(self._connection, limit=self._limit, patience=WINDOW_PATIENCE)

    def folder(self) -> Path:
        """Returns the cache folder that downloads go to."""
        return download_folder(self._paths, self._settings())

    def follow_settings(self) -> None:
        """Lets a download that is under way have the speed that is allowed now."""
        self._limit.bytes_per_s = self._settings().download_limit_kib * KIB

    def keep_token(self, token: str) -> None:
        """Keeps the token of the Hub in use in the keyring; an empty one forgets it. Raises KeyringUnavailable."""
        keep_token(endpoint_of(self._settings()), token)
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def has_token(self) -> bool:
        """Tells whether there is a token for the Hub in use; may ask the system's keyring."""
        return find_token(endpoint_of(self._settings())) is not None


def download_folder(paths: Paths, settings: Settings) -> Path:
    """Returns the cache folder that downloads go to: ours, or the one shared with other programs."""
    if settings.is_hub_cache_shared:
        from app.library.hub_connection import shared_cache

        return shared_cache()
    return paths.hub_cache
