"""A Hugging Face Hub of one's own on 127.0.0.1: what tests of search and downloads talk to instead of the real one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.hub.access import Access
from tests.hub.faults import Faults
from tests.hub.repository import About, Gate, Repository
from tests.hub.request_log import RequestLog
from tests.hub.server import SiteServer
from tests.hub.signed_links import SignedLinks
from tests.hub.sites import HubSite, SecondSite

HOST: Final = "127.0.0.1"
SECOND_HOST: Final = "localhost"


class LoopbackHub:
    """Two HTTP servers that speak the Hub's protocol; they run while the ``with`` lasts.

    Large files come from the second host, behind signed ``links``. ``faults`` makes things go wrong, ``requests`` tells
    what was asked and sent.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.faults = Faults()
        self.requests = RequestLog()
        self.links = SignedLinks()
        self._servers = (SiteServer(self.faults, self.requests), SiteServer(self.faults, self.requests))
        self.endpoint = f"http://{HOST}:{self._servers[0].port}"
        self.second_endpoint = f"http://{SECOND_HOST}:{self._servers[1].port}"
        self._access = Access(self.endpoint)
        self._site = HubSite(
            endpoint=self.endpoint,
            second_endpoint=self.second_endpoint,
            repositories=self.repositories,
            access=self._access,
            links=self.links,
        )

    @property
    def page_size(self) -> int:
        """How many records a page of a listing has at most."""
        return self._site.api.page_size

    @page_size.setter
    def page_size(self, records: int) -> None:
        self._site.api.page_size = records

    def add(
        self,
        repo_id: str,
        files: Mapping[str, bytes | Path],
        *,
        gated: Gate = False,
        is_private: bool = False,
        is_xet: bool = False,
        about: About | None = None,
    ) -> Repository:
        """Makes a repository with one commit; what is said ``about`` it, and its files, can be changed later."""
        repository = Repository(repo_id, gated, is_private, is_xet=is_xet, about=about or About())
        repository.commit(files, "initial commit")
        self.repositories[repo_id] = repository
        return repository

    def add_folder(self, folder: Path) -> list[Repository]:
        """Makes a repository of each ``owner/name`` below a folder; the files stay where they are."""
        return [
            self.add(
                place.relative_to(folder).as_posix(),
                {found.relative_to(place).as_posix(): found for found in sorted(place.rglob("*")) if found.is_file()},
            )
            for place in sorted(folder.glob("*/*"))
            if place.is_dir()
        ]

    def issue_token(self, user: str) -> str:
        """Makes a token good for a user; returns it."""
        token = f"hf_loopback{user}"
        self._access.tokens[token] = user
        return token

    def revoke(self, token: str) -> None:
        """Makes a token no good."""
        del self._access.tokens[token]

    def close(self) -> None:
        """Lets go whom faults hold and ends both servers; raises, once, what went wrong in the Hub itself."""
        self.faults.lift()
        for server in self._servers:
            server.stop()
        problems = [problem for server in self._servers for problem in server.problems]
        for server in self._servers:
            server.problems.clear()
        if problems:
            raise BaseExceptionGroup("the loopback Hub itself failed", problems)

    def __enter__(self) -> Self:
        self._servers[0].start(self._site)
        self._servers[1].start(SecondSite(self.repositories, self.links))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
