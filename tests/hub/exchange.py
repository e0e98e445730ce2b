"""One request and the answer to it, as values: what the sites of the loopback Hub are functions of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.content import Content, MemoryContent

NOTHING: Final = MemoryContent(b"")


class Place(Enum):
    """What a request is for."""

    API = "api"  # JSON
    RESOLVE = "resolve"  # where a file lies
    BYTES = "bytes"  # what is in a file


EVERYWHERE: Final = frozenset(Place)


@dataclass(frozen=True)
class Request:
    """What a client asks for; names of ``headers`` are in lower case, ``target`` is as it came."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The readable path without the query."""
        return unquote(urlsplit(self.target).path)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path, each unquoted by itself: a revision may hold a slash."""
        return tuple(unquote(part) for part in urlsplit(self.target).path.split("/")[1:])

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The query, each name with all its values."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def one(self, name: str, default: str = "") -> str:
        """Returns the last value of one name in the query."""
        return self.query.get(name, [default])[-1]

    def is_set(self, name: str) -> bool:
        """Says whether a switch in the query is on."""
        return self.one(name).lower() in ("true", "1")

    @property
    def token(self) -> str | None:
        """What follows ``Bearer``."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else None


@dataclass(frozen=True)
class Answer:
    """A status, headers, and the bytes of ``content`` from ``start`` to ``stop``."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Content = NOTHING
    start: int = 0
    stop: int = 0

    @property
    def length(self) -> int:
        """The bytes of the body."""
        return self.stop - self.start


def whole(content: Content, headers: Mapping[str, str], status: int = 200) -> Answer:
    """Returns an answer with all of ``content``."""
    return Answer(status, headers, content, 0, content.size)


def text_answer(status: int, text: str, kind: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns an answer with a short text of the media type ``kind``."""
    return whole(MemoryContent(text.encode()), {"Content-Type": f"{kind}; charset=utf-8", **(headers or {})}, status)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns an answer with ``value`` as JSON."""
    return text_answer(status, json.dumps(value), "application/json", headers)


def redirect(status: int, location: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns an answer that sends the client elsewhere."""
    return text_answer(status, f"Redirecting to {location}", "text/plain", {"Location": location, **(headers or {})})
