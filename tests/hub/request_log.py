"""Every request that the loopback Hub has seen, and what of each answer went out."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final

from tests.hub.exchange import Place, Request

PATIENCE_S: Final = 5.0


@dataclass
class SeenRequest:
    """One request; ``sent`` counts bytes of the body that left, and grows while the answer is under way.

    ``host`` is the host by its name, without the port. ``start`` is the offset in the file of the first byte sent.
    """

    place: Place
    method: str
    path: str
    query: Mapping[str, list[str]]
    host: str
    headers: Mapping[str, str] = field(repr=False)
    status: int = 0
    start: int = 0
    sent: int = 0
    is_over: bool = False
    is_held: bool = False

    @property
    def has_token(self) -> bool:
        """Whether the client showed a token."""
        return "authorization" in self.headers

    @property
    def asked_range(self) -> str | None:
        """The header ``Range``."""
        return self.headers.get("range")

    def is_about(self, path: str) -> bool:
        """Says whether the end of the path matches a pattern, as `matches` has it."""
        return matches(self.path, path)


def matches(path: str, pattern: str) -> bool:
    """Says whether ``pattern`` (as `fnmatch` has it) fits the path or what follows one of its slashes."""
    return fnmatchcase(path, f"*/{pattern.removeprefix('/')}")


class RequestLog:
    """The requests in order of their arrival.

    A client may have its last byte before the server has written down that it left. So whoever reads the log waits
    until no answer is under way, but for those that a fault holds.
    """

    def __init__(self) -> None:
        self._seen: list[SeenRequest] = []
        self._changed = threading.Condition()

    @contextmanager
    def writing(self, place: Place, request: Request) -> Iterator[SeenRequest]:
        """Keeps a request, and notes when its answer is over."""
        host = request.headers.get("host", "").rpartition(":")[0]
        seen = SeenRequest(place, request.method, request.path, request.query, host, request.headers)
        with self._changed:
            self._seen.append(seen)
            self._changed.notify_all()
        try:
            yield seen
        finally:
            self.note(seen, is_over=True)

    def note(
        self,
        seen: SeenRequest,
        *,
        sent: int = 0,
        is_held: bool | None = None,
        is_over: bool = False,
    ) -> None:
        """Adds what has become of a request."""
        with self._changed:
            seen.sent += sent
            seen.is_held = seen.is_held if is_held is None else is_held
            seen.is_over = seen.is_over or is_over
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Waits until something about the log is true; raises TimeoutError. The condition reads `now`, not `all`."""
        with self._changed:
            if not self._changed.wait_for(condition, patience_s):
                raise TimeoutError(f"the log never came to it: {self._seen}")

    def now(self) -> list[SeenRequest]:
        """Returns the requests seen so far, without waiting."""
        with self._changed:
            return list(self._seen)

    def all(self) -> list[SeenRequest]:
        """Returns the requests once no answer is under way."""
        self.wait_for(lambda: all(seen.is_over or seen.is_held for seen in self._seen))
        return self.now()

    def of(self, place: Place, path: str = "*", method: str = "*") -> list[SeenRequest]:
        """Returns the requests for one purpose."""
        return [
            seen
            for seen in self.all()
            if seen.place == place and seen.is_about(path) and fnmatchcase(seen.method, method)
        ]

    def to(self, host: str) -> list[SeenRequest]:
        """Returns the requests that named a host."""
        return [seen for seen in self.all() if seen.host == host]

    def forget(self) -> None:
        """Empties the log."""
        self.all()
        with self._changed:
            self._seen.clear()

    def bytes_sent(self, path: str = "*") -> int:
        """Returns how many bytes of files left."""
        return sum(seen.sent for seen in self._of_files(path))

    def bytes_sent_twice(self, path: str = "*") -> int:
        """Returns how many bytes of files left though they had left before; each further time counts."""
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for seen in self._of_files(path):
            spans[seen.path].append((seen.start, seen.start + seen.sent))
        return sum(stop - start for each in spans.values() for start, stop in each) - sum(map(_covered, spans.values()))

    def _of_files(self, path: str) -> list[SeenRequest]:
        return [seen for seen in self.of(Place.BYTES, path) if seen.status in (200, 206)]


def _covered(spans: list[tuple[int, int]]) -> int:
    covered = reached = 0
    for start, stop in sorted(spans):
        covered += max(0, stop - max(start, reached))
        reached = max(reached, stop)
    return covered
