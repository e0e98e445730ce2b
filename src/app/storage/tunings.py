"""Keeps how models are calculated fastest on this machine, as it was measured: a JSON file that may be lost."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from app.domain.language_model import Tuning

MOST_KEPT: Final = 200
"""Tunings in the file; the oldest go first."""

_MOST_THREADS: Final = 1024
_MOST_BATCH: Final = 1 << 16


class TuningStore:
    """The tunings in one file, by name. What cannot be read or written is as if it had not been measured."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> Tuning | None:
        """Returns the tuning kept as ``name``."""
        return _checked(self._read().get(name))

    def keep(self, name: str, tuning: Tuning) -> None:
        """Keeps a tuning as ``name``."""
        kept = self._read()
        kept.pop(name, None)
        kept[name] = asdict(tuning)
        unfinished = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(dict(list(kept.items())[-MOST_KEPT:]), indent=1), encoding="utf-8")
            unfinished.replace(self._path)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _checked(found: object) -> Tuning | None:
    if not isinstance(found, dict):
        return None
    counts = [found.get(name) for name in ("n_threads", "n_threads_batch", "n_batch")]
    n_threads, n_threads_batch, n_batch = (count if type(count) is int else 0 for count in counts)
    flash_attention = found.get("flash_attention")
    if not (0 < n_threads <= _MOST_THREADS and 0 < n_threads_batch <= _MOST_THREADS and 0 < n_batch <= _MOST_BATCH):
        return None
    return Tuning(n_threads, n_threads_batch, n_batch, flash_attention) if isinstance(flash_attention, bool) else None
