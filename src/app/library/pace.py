"""How fast bytes come: the speed that a person is shown, the time left, and a limit that they can set."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 5.0
SOON_S: Final = 0.25


class Speedometer:
    """The speed over the last seconds, from bytes that came."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._came: deque[tuple[float, int]] = deque()
        self._began = clock()

    def add(self, count: int) -> None:
        """Counts bytes that came now; those of one moment are put together."""
        now = self._clock()
        if self._came and now - self._came[-1][0] < SOON_S:
            last, earlier = self._came.pop()
            self._came.append((last, earlier + count))
        else:
            self._came.append((now, count))
        while self._came[0][0] < now - WINDOW_S:
            self._came.popleft()

    def bytes_per_s(self) -> float:
        """Returns the speed; 0 where nothing came lately."""
        now = self._clock()
        since = max(self._began, now - WINDOW_S)
        came = sum(count for moment, count in self._came if moment >= since)
        return came / max(now - since, SOON_S)

    def seconds_left(self, missing: int) -> float | None:
        """Returns how long ``missing`` bytes take at this speed, None where that is not known."""
        speed = self.bytes_per_s()
        return missing / speed if speed > 0 else None


class Limit:
    """A limit in bytes a second, 0 for none; it may be changed by another thread at any time."""

    def __init__(self, bytes_per_s: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.bytes_per_s = bytes_per_s
        self._clock = clock
        self._free_at = 0.0

    def delay(self, count: int) -> float:
        """Counts bytes that came and returns for how many seconds no more should be taken."""
        if self.bytes_per_s <= 0:
            return 0.0
        now = self._clock()
        self._free_at = max(self._free_at, now) + count / self.bytes_per_s
        return self._free_at - now
