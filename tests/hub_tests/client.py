"""The real client of the Hub, pointed at the loopback one, and a plain one that shows what is on the wire."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from huggingface_hub import hf_hub_download

PATIENCE_S = 5.0


@dataclass(frozen=True)
class Client:
    """Downloads as any program does that uses the library."""

    endpoint: str
    cache: Path

    def download(self, repo_id: str, path: str, *, token: str | bool = False, revision: str | None = None) -> Path:
        """Returns where the file lies in the cache."""
        found = hf_hub_download(
            repo_id, path, endpoint=self.endpoint, cache_dir=self.cache, token=token, revision=revision
        )
        assert isinstance(found, str)
        return Path(found)


@dataclass(frozen=True)
class Response:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(url: str, *, method: str = "GET", **headers: str) -> Response:
    """Makes one request on a connection of its own and follows nothing; an underscore in a name is a hyphen."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_S)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=named)
        with connection.getresponse() as response:
            received = dict(response.headers.items())
            return Response(response.status, received, response.read())
    finally:
        connection.close()


def link_to(endpoint: str, repo_id: str, path: str) -> str:
    """Returns a signed link to a large file, as the Hub gives it."""
    return get(f"{endpoint}/{repo_id}/resolve/main/{path}").headers["Location"]
