"""Signed links to the second host, which can be made to expire."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass


@dataclass
class _Link:
    key: str
    number: int
    uses: int = 0


class SignedLinks:
    """Signs a link for each resolve and knows which of them are still good.

    ``max_uses``: a link can be fetched so often, then it answers 403. ``is_only_newest_good``: resolving a file again
    spends the older links to it. Both may be changed while the Hub runs.
    """

    def __init__(self) -> None:
        self.max_uses: int | None = None
        self.is_only_newest_good = False
        self._links: dict[str, _Link] = {}
        self._newest: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def sign(self, key: str) -> str:
        """Returns a new signature for the file ``key``."""
        with self._lock:
            number = next(self._numbers)
            self._newest[key] = number
            signature = f"s{number:08d}"
            self._links[signature] = _Link(key, number)
            return signature

    def spend(self, key: str, signature: str) -> bool:
        """Counts one use; says whether it was allowed."""
        with self._lock:
            link = self._links.get(signature)
            if link is None or link.key != key:
                return False
            if self.is_only_newest_good and link.number != self._newest[key]:
                return False
            link.uses += 1
            return self.max_uses is None or link.uses <= self.max_uses

    def expire(self) -> None:
        """Makes every link signed so far answer 403."""
        with self._lock:
            self._links.clear()
