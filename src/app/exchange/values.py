"""Values of the domain as JSON and back, by the types of their fields: a field that is added needs no second list.

What is left out has its default. Parts of a message carry their kind as ``type``.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from app import i18n
from app.domain.generation import SamplingParameters
from app.domain.sampling import sampling_from
from app.exchange.bounded_json import BadData, mapping, sequence, shown

LARGEST_NUMBER: Final = 2**63
"""Whole numbers as the database keeps them are smaller."""

_YEARS: Final = range(1970, 9000)


def plain(value: Any) -> Any:
    """Returns a value as JSON can tell it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple):
        return [_tagged(entry) for entry in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def read(kind: Any, data: Any, where: str) -> Any:
    """Returns ``data`` as a value of the type ``kind``. Raises BadData with the place of what is no such value.

    Sampling parameters that cannot be are their defaults, as everywhere.
    """
    if kind is SamplingParameters:
        return sampling_from(mapping(data, where))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_fields(kind, mapping(data, where), where)
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _read_union(typing.get_args(kind), data, where)
    if origin is tuple:
        entry_kind = typing.get_args(kind)[0]
        return tuple(read(entry_kind, entry, f"{where}[{at}]") for at, entry in enumerate(sequence(data, where)))
    if origin is dict:
        return {name: read(str, entry, f"{where}.{name}") for name, entry in mapping(data, where).items()}
    if kind is datetime:
        return _read_time(data, where)
    return _read_scalar(kind, data, where)


def _read_fields(kind: type, data: Mapping[str, Any], where: str) -> Any:
    hints = _hints(kind)
    found = {name: read(hint, data[name], f"{where}.{name}") for name, hint in hints.items() if name in data}
    try:
        return kind(**found)
    except TypeError as error:
        missing = ", ".join(name for name in hints if name not in found)
        raise BadData(where, i18n.text("import.missing", names=missing)) from error


def _read_union(kinds: tuple[Any, ...], data: Any, where: str) -> Any:
    if data is None and types.NoneType in kinds:
        return None
    real = [kind for kind in kinds if kind is not types.NoneType]
    if len(real) == 1:
        return read(real[0], data, where)
    name = mapping(data, where).get("type")
    found = next((kind for kind in real if _tag(kind) == name), None)
    if found is None:
        raise BadData(f"{where}.type", i18n.text("import.impossible", value=shown(name)))
    return read(found, data, where)


def _read_time(data: Any, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(data)
    except (TypeError, ValueError):
        found = datetime.min
    if found.year not in _YEARS:
        raise BadData(where, i18n.text("import.impossible", value=shown(data)))
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _read_scalar(kind: Any, data: Any, where: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if isinstance(data, str) and data in {str(member) for member in kind}:
            return kind(data)
    elif kind is float:
        if type(data) in (int, float) and abs(data) < LARGEST_NUMBER and math.isfinite(data):
            return float(data)
    elif type(data) is kind and (kind is not int or abs(data) < LARGEST_NUMBER):
        return data
    raise BadData(where, i18n.text("import.impossible", value=shown(data)))


def _tagged(value: Any) -> Any:
    told = plain(value)
    is_part = isinstance(told, dict) and type(value).__name__.endswith("Part")
    return {"type": _tag(type(value)), **told} if is_part else told


def _tag(kind: type) -> str:
    return kind.__name__.removesuffix("Part").lower()


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
