"""The list of every request that Skald ever made, for the person to look through: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

LONGEST_ADDRESS: Final = 500
MOST_READ: Final = 1 << 20


@dataclass(frozen=True)
class RequestNote:
    """One request: when (ISO 8601, UTC), how, and where to, without what stands behind a question mark."""

    moment: str
    method: str
    address: str


class RequestLog:
    """Appends to one file; any thread and any process may, as a line is written at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, method: str, address: str) -> None:
        """Notes a request that is about to be made."""
        note = {"moment": datetime.now(UTC).isoformat(timespec="seconds"), "method": method}
        line = json.dumps({**note, "address": address[:LONGEST_ADDRESS]}) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as stream:
                stream.write(line.encode())
        except OSError:
            return  # a full disk must not stop the request that may be the way out

    def latest(self, most: int) -> list[RequestNote]:
        """Returns the last requests, the newest first; a line that cannot be read is left out."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(max(0, self._path.stat().st_size - MOST_READ))
                lines = stream.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return []
        notes: list[RequestNote] = []
        for line in reversed(lines):
            if len(notes) == most:
                break
            try:
                notes.append(RequestNote(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return notes
