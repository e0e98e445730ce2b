"""The JSON part of the loopback Hub: search, information on a model, listings of files, who am I."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from tests.hub.access import Access, entry_not_found, refusal, revision_not_found
from tests.hub.describing import (
    FULL,
    LISTED,
    SINGLE,
    described,
    file_entry,
    sibling_with_blob,
    tree_entries,
)
from tests.hub.exchange import Answer, Request, json_answer
from tests.hub.repository import Commit, Repository

_VERBS: Final = ("revision", "tree", "paths-info")
_SORTS: Final[Mapping[str, Callable[[Repository], Any]]] = {
    "downloads": lambda repository: repository.about.downloads,
    "likes": lambda repository: repository.about.likes,
    "trendingScore": lambda repository: repository.about.likes,
    "createdAt": lambda repository: repository.commits[0].date,
    "lastModified": lambda repository: repository.head.date,
}


class Api:
    """Answers below ``/api``; ``page_size`` bounds each page of a listing, whatever limit the client names."""

    def __init__(self, endpoint: str, repositories: Mapping[str, Repository], access: Access) -> None:
        self.page_size = 1000
        self._endpoint = endpoint
        self._repositories = repositories
        self._access = access

    def answer(self, request: Request) -> Answer:
        """Answers one request; what the real Hub has and this one has not is 404."""
        refused = self._access.credentials_refusal(request)
        if refused:
            return refused
        match request.segments:
            case ("api", "whoami-v2"):
                return self._whoami(request)
            case ("api", "models"):
                return self._list(request)
            case ("api", "models", *rest):
                return self._of_model(request, rest)
        return refusal(404, None, "Sorry, we can't find the page you are looking for.")

    def _whoami(self, request: Request) -> Answer:
        user = self._access.user(request)
        if user is None:
            return refusal(401, None, "Invalid username or password.")
        token = {"displayName": "loopback", "role": "read"}
        return json_answer(
            {"type": "user", "name": user, "orgs": [], "auth": {"type": "access_token", "accessToken": token}}
        )

    def _list(self, request: Request) -> Answer:
        found = [each for each in self._repositories.values() if self._is_wanted(each, request)]
        sort = _SORTS.get(request.one("sort"))
        if sort:
            found.sort(key=sort, reverse=True)
        fields: Sequence[str] = request.query.get("expand") or (FULL if request.is_set("full") else LISTED)
        if request.is_set("cardData"):
            fields = (*fields, "cardData")
        return self._page(request, [described(each, each.head, fields) for each in found])

    def _is_wanted(self, repository: Repository, request: Request) -> bool:
        said = described(repository, repository.head, ("tags", "author", "pipeline_tag", "gated"))
        gated = request.one("gated")
        return (
            self._access.may_see(repository, request)
            and all(word in repository.id.casefold() for word in request.one("search").casefold().split())
            and set(request.query.get("filter", [])) <= set(said["tags"])
            and request.one("author", said.get("author", "")) == said.get("author", "")
            and request.one("pipeline_tag", said.get("pipeline_tag", "")) == said.get("pipeline_tag", "")
            and (not gated or (gated.lower() == "true") == bool(repository.gated))
        )

    def _page(self, request: Request, records: Sequence[Any]) -> Answer:
        """Returns the page that the cursor names, with a Link to the next one."""
        start = int(request.one("cursor", "0"))
        size = min(int(request.one("limit", str(self.page_size))), self.page_size)
        page, rest = records[start : start + size], records[start + size :]
        if not rest:
            return json_answer(page)
        query = urlencode({**request.query, "cursor": [str(start + size)]}, doseq=True)
        return json_answer(page, headers={"Link": f'<{self._endpoint}{request.path}?{query}>; rel="next"'})

    def _of_model(self, request: Request, rest: Sequence[str]) -> Answer:
        length = 1 if len(rest) > 1 and rest[1] in _VERBS else 2
        repository = self._repositories.get("/".join(rest[:length]))
        refused = self._access.sight_refusal(repository, request)
        if refused or repository is None:
            return refused or refusal(404, "RepoNotFound", "Repository not found")
        verb, revision, *path = [*rest[length:], "", ""][: max(2, len(rest) - length)]
        commit = repository.at(revision or "main")
        if commit is None:
            return revision_not_found(revision)
        if verb in ("", "revision"):
            return json_answer(_information(request, repository, commit))
        if verb == "tree":
            return self._tree(request, commit, "/".join(filter(None, path)))
        return json_answer(_paths(request, commit))

    def _tree(self, request: Request, commit: Commit, folder: str) -> Answer:
        entries = list(
            tree_entries(commit, folder, is_recursive=request.is_set("recursive"), is_expanded=request.is_set("expand"))
        )
        return self._page(request, entries) if entries or not folder else entry_not_found(commit.id)


def _information(request: Request, repository: Repository, commit: Commit) -> dict[str, Any]:
    record = described(repository, commit, request.query.get("expand", SINGLE))
    if request.is_set("blobs"):
        record["siblings"] = [sibling_with_blob(found) for found in commit.files.values()]
    return record


def _paths(request: Request, commit: Commit) -> list[dict[str, Any]]:
    wanted = parse_qs(request.body.decode()).get("paths", [])
    return [file_entry(commit.files[path], commit) for path in wanted if path in commit.files]
