"""Reads small settings files of other programs: bounded, and without an error whatever is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

MOST_BYTES: Final = 1 << 20


def read_text(path: Path) -> str:
    """Returns the content of a text file, empty where it is missing, too large or no text."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        return ""
    return content.decode("utf-8", "replace") if len(content) <= MOST_BYTES else ""


def read_object(path: Path) -> dict[str, Any]:
    """Returns the JSON object in a file, empty where there is none."""
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_line(path: Path, name: str, mark: str) -> str:
    """Returns the value of the first line ``name<mark>value`` of a file (YAML with ``:``, INI with ``=``)."""
    for line in read_text(path).splitlines():
        key, found, value = line.partition(mark)
        if found and key == name:
            value = value.strip()
            return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
    return ""
