"""Reads JSON that nobody vouches for: bounded in size and depth, and typed access that says where a value is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

from app import i18n

LARGEST_FILE: Final = 512 * 1024 * 1024
"""Bytes of one file, and of all that is taken out of one archive: the exports of years have some hundred megabytes."""

LONGEST_VALUE_SHOWN: Final = 60
_SPACE: Final = re.compile(r"[ \t\n\r]*")


class BadData(Exception):
    """The content cannot be taken. ``where`` is a line, or the place of a value; ``reason`` tells a person what."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


def parsed(content: bytes, where: str = "") -> Any:
    """Returns the JSON value of ``content``; ``where`` names it in the error. Raises BadData."""
    try:
        return _decoded(content.decode())
    except json.JSONDecodeError as error:
        place = i18n.text("import.line", number=error.lineno)
        reason = i18n.text("import.not_json", reason=f"{error.msg} ({error.colno})")
        raise BadData(f"{where}, {place}" if where else place, reason) from error
    except (RecursionError, ValueError) as error:
        reason = i18n.text("import.not_json", reason=str(error)[:200])
        raise BadData(where or i18n.text("import.file"), reason) from error


def lines(content: bytes) -> Iterator[tuple[str, Any]]:
    """Gives the place and the value of each line that is not empty. Raises BadData."""
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            place = i18n.text("import.line", number=number)
            try:
                yield place, parsed(line)
            except BadData as error:
                raise BadData(place, error.reason) from error


def mapping(value: Any, where: str) -> Mapping[str, Any]:
    """Returns ``value`` as an object. Raises BadData where it is none."""
    if not isinstance(value, dict):
        raise BadData(where, i18n.text("import.object_expected", value=shown(value)))
    return value


def sequence(value: Any, where: str) -> Sequence[Any]:
    """Returns ``value`` as a list; None is an empty one. Raises BadData."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadData(where, i18n.text("import.list_expected", value=shown(value)))
    return value


def text(value: Any) -> str:
    """Returns ``value`` where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def seconds(value: Any) -> float | None:
    """Returns ``value`` where it is a finite number, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def shown(value: Any) -> str:
    """Returns the beginning of a value, for a person to find it."""
    return repr(value)[:LONGEST_VALUE_SHOWN] if isinstance(value, str | int | float | None) else type(value).__name__


def _decoded(source: str) -> Any:
    """Returns the JSON value of ``source``. A list is read entry by entry.

    Nothing else runs in this process while one value is decoded, and the window would stand still for a large file.
    """
    at = _after_space(source, 0)
    if not source.startswith("[", at):
        return json.loads(source, parse_constant=_refuse_constant)
    found: list[Any] = []
    at = _after_space(source, at + 1)
    while not (source.startswith("]", at) and not found):
        value, at = _DECODER.raw_decode(source, at)
        found.append(value)
        at = _after_space(source, at)
        if source.startswith("]", at):
            break
        if not source.startswith(",", at):
            raise json.JSONDecodeError("Expecting ',' delimiter", source, at)
        at = _after_space(source, at + 1)
    if _after_space(source, at + 1) != len(source):
        raise json.JSONDecodeError("Extra data", source, at + 1)
    return found


def _after_space(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return found.end() if found else at


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
