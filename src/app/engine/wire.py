"""What crosses the pipes between client and host: frozen dataclasses as lines of JSON.

JSON and not pickle, because the host reads files that nobody vouches for: what it sends back is parsed into known
values or refused. One line is one value: ``["TypeName", {field: value, …}]`` in ASCII, ended by a newline.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import IO, Any, Final

from app.domain.errors import ErrorReport
from app.domain.generation import Finished, GenerationRequest, PromptProgress, ReasoningDelta, TextDelta
from app.domain.language_model import LoadRequest, ModelInfo

LONGEST_LINE: Final = 256 * 1024 * 1024

EXIT_IDLE: Final = 40
"""Exit status of a host that unloaded its model because nobody asked for anything."""

EXIT_FAILED: Final = 41
"""Exit status of a host after an error that has no name; its log tells."""


class ProtocolError(Exception):
    """The other side sent something that is none of the known values."""


@dataclass(frozen=True)
class Load:
    """Load this language model. ``memory_available`` is what the machine has free, in bytes.

    ``n_threads`` is the first guess, on ``n_cores`` cores.
    """

    request: LoadRequest
    n_threads: int
    memory_available: int
    n_cores: int = 1


@dataclass(frozen=True)
class Generate:
    """Generate one reply."""

    request: GenerationRequest


@dataclass(frozen=True)
class Cancel:
    """End the load (``id`` is empty) or the generation ``id`` now."""

    id: str = ""


@dataclass(frozen=True)
class Quit:
    """Free everything and end."""


@dataclass(frozen=True)
class LoadProgress:
    """``fraction`` (0 to 1) of the model is loaded."""

    fraction: float


@dataclass(frozen=True)
class Loaded:
    """The load is done; ``info.memory_bytes`` is filled in by the client."""

    info: ModelInfo


@dataclass(frozen=True)
class LoadEnded:
    """Nothing was loaded, the host ends: cancelled where ``error`` is None."""

    error: ErrorReport | None = None


@dataclass(frozen=True)
class TemplateStarted:
    """The host begins to render the chat template of ``id``, which is foreign code: see to it that it ends."""

    id: str


@dataclass(frozen=True)
class TemplateDone:
    """The chat template of ``id`` came to its end."""

    id: str


Command = Load | Generate | Cancel | Quit
Event = (
    LoadProgress
    | Loaded
    | LoadEnded
    | TemplateStarted
    | TemplateDone
    | PromptProgress
    | TextDelta
    | ReasoningDelta
    | Finished
)

_KINDS: Final[dict[str, type]] = {kind.__name__: kind for union in (Command, Event) for kind in typing.get_args(union)}


_to_json: Final = json.JSONEncoder(separators=(",", ":"), default=vars).encode
"""Values within values are their fields, too; ``dataclasses.asdict`` would copy them all first."""


def encode(value: Command | Event) -> bytes:
    """Returns ``value`` as one line."""
    return _to_json([type(value).__name__, vars(value)]).encode("ascii") + b"\n"


def decode(line: bytes) -> Command | Event:
    """Returns the value that ``line`` holds. Raises ProtocolError where it holds none of them."""
    try:
        name, fields = json.loads(line)
        value: Command | Event = _read(_KINDS[name], fields)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProtocolError(f"{error!r} in {line[:200]!r}") from error
    return value


def read_from(stream: IO[bytes]) -> Command | Event | None:
    """Returns the next value of ``stream``, None at its end. Raises ProtocolError."""
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        return None
    return decode(line)


@lru_cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _fields(kind)
        return kind(**{name: _read(hints[name], value) for name, value in data.items()})
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if data is None and types.NoneType in typing.get_args(kind):
            return None
        return _read(next(item for item in typing.get_args(kind) if item is not types.NoneType), data)
    if origin is tuple:
        return tuple(_read(typing.get_args(kind)[0], item) for item in _expect(list, data))
    if origin is dict:
        return {_expect(str, key): _expect(str, value) for key, value in data.items()}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    return _expect(kind, data)


def _expect(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return data
