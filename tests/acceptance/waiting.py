"""The one place where these tests wait: a condition is asked again until it holds or its deadline passes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

Found = TypeVar("Found")

PATIENCE: Final = 20.0
"""Seconds that a condition may take on a busy machine."""
_INTERVAL: Final = 0.05
_pause = threading.Event()


class NotHappenedError(AssertionError):
    """A condition did not hold before its deadline."""


def wait_for(
    condition: Callable[[], Found | None],
    what: str,
    *,
    patience: float = PATIENCE,
    also: Callable[[], str] = str,
) -> Found:
    """Returns the first truthy value of ``condition``.

    ``patience`` is in seconds; ``also`` tells what was there instead. Raises NotHappenedError after the deadline.
    """
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise NotHappenedError(f"waited {patience:.0f} s for {what}. {also()}")
        _pause.wait(_INTERVAL)
