"""The two hosts of the loopback Hub: the Hub itself, and the second one that large files come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

from tests.hub.access import Access, entry_not_found, refusal, revision_not_found
from tests.hub.api import Api
from tests.hub.exchange import Answer, Place, Request, redirect, text_answer
from tests.hub.ranges import ranged
from tests.hub.repository import Commit, RepoFile, Repository
from tests.hub.signed_links import SignedLinks

_CACHE = ("api", "resolve-cache", "models")


class Site(Protocol):
    """A host: what a request is for, and the answer to it when nothing goes wrong."""

    def place(self, request: Request) -> Place:
        """Says what a request is for."""

    def answer(self, request: Request) -> Answer:
        """Answers a request."""


class HubSite:
    """The first host: the API, where files lie, and the bytes of small files."""

    def __init__(
        self,
        *,
        endpoint: str,
        second_endpoint: str,
        repositories: Mapping[str, Repository],
        access: Access,
        links: SignedLinks,
    ) -> None:
        self.api = Api(endpoint, repositories, access)
        self._endpoint = endpoint
        self._second_endpoint = second_endpoint
        self._repositories = repositories
        self._access = access
        self._links = links

    def place(self, request: Request) -> Place:
        """Says what a request is for."""
        if request.segments[:3] == _CACHE:
            return Place.BYTES
        return Place.API if request.segments[0] == "api" else Place.RESOLVE

    def answer(self, request: Request) -> Answer:
        """Answers a request."""
        segments = request.segments
        if segments[:3] == _CACHE:
            return self._file(request, "/".join(segments[3:5]), segments[5], "/".join(segments[6:]))
        if segments[0] == "api":
            return self.api.answer(request)
        if "resolve" in segments[1:3]:
            split = segments.index("resolve", 1)
            if len(segments) > split + 2:
                path = "/".join(segments[split + 2 :])
                return self._file(request, "/".join(segments[:split]), segments[split + 1], path)
        return refusal(404, None, "Sorry, we can't find the page you are looking for.")

    def _file(self, request: Request, repo_id: str, revision: str, path: str) -> Answer:
        repository = self._repositories.get(repo_id)
        refused = self._access.credentials_refusal(request) or self._access.sight_refusal(repository, request)
        if refused or repository is None:
            return refused or refusal(404, "RepoNotFound", "Repository not found")
        refused = self._access.gate_refusal(repository, path, request)
        if refused:
            return refused
        commit = repository.at(revision)
        if commit is None:
            return revision_not_found(revision)
        if path not in commit.files:
            return entry_not_found(commit.id)
        return self._of_file(request, repository, commit, commit.files[path])

    def _of_file(self, request: Request, repository: Repository, commit: Commit, found: RepoFile) -> Answer:
        headers = {"X-Repo-Commit": commit.id, "ETag": f'"{found.etag}"'}
        if found.is_large:
            return self._elsewhere(repository, commit, found, headers)
        if request.segments[:3] == _CACHE:
            return ranged(request, found.content, {**headers, "Content-Type": "text/plain; charset=utf-8"})
        inner = "/".join((*_CACHE, repository.id, commit.id, quote(found.path)))
        linked = {"X-Linked-Etag": headers["ETag"], "X-Linked-Size": str(found.content.size)}
        return redirect(307, f"/{inner}?{urlencode({'etag': headers['ETag']})}", {**headers, **linked})

    def _elsewhere(self, repository: Repository, commit: Commit, found: RepoFile, headers: Mapping[str, str]) -> Answer:
        key = f"{repository.id}/{commit.id}/{found.path}"
        query = urlencode({"Expires": "4102444800", "Signature": self._links.sign(key)})
        linked = {
            "X-Linked-Size": str(found.content.size),
            "X-Linked-Etag": f'"{found.content.sha256}"',
            "Accept-Ranges": "bytes",
        }
        if repository.is_xet:
            auth = f"{self._endpoint}/api/models/{repository.id}/xet-read-token/{commit.id}"
            linked |= {"X-Xet-Hash": found.xet_hash, "Link": f'<{auth}>; rel="xet-auth"'}
        return redirect(302, f"{self._second_endpoint}/{quote(key)}?{query}", {**headers, **linked})


class SecondSite:
    """The second host: bytes behind signed links, no knowledge of users."""

    def __init__(self, repositories: Mapping[str, Repository], links: SignedLinks) -> None:
        self._repositories = repositories
        self._links = links

    def place(self, request: Request) -> Place:  # noqa: ARG002  (of the protocol)
        """Says that everything here is bytes."""
        return Place.BYTES

    def answer(self, request: Request) -> Answer:
        """Answers a request; 403 for a link that is no good, as the real one words it."""
        key = request.path.removeprefix("/")
        found = self._find(key)
        if found is None or not self._links.spend(key, request.one("Signature")):
            denied = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
            return text_answer(403, denied, "application/xml")
        name = found.path.rpartition("/")[2]
        return ranged(
            request,
            found.content,
            {
                "ETag": f'"{found.xet_hash}"',
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}; filename=\"{quote(name)}\";",
            },
        )

    def _find(self, key: str) -> RepoFile | None:
        for identity, repository in list(self._repositories.items()):
            inner = key.removeprefix(f"{identity}/")
            if inner != key:
                revision, _, path = inner.partition("/")
                commit = repository.at(revision)
                return commit.files.get(path) if commit else None
        return None
