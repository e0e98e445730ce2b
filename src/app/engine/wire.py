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
from app.domain.generation import (
    ContextView,
    Finished,
    GenerationRequest,
    PromptProgress,
    ReasoningDelta,
    Summarised,
    SummaryProgress,
    TextDelta,
)
from app.domain.language_model import LoadRequest, ModelInfo

LONGEST_LINE: Final = 256 * 1024 * 1024

EXIT_IDLE: Final = 40
"""Exit status of a host that unloaded its model because nobody asked for anything."""

SAVE_WITHIN_S: Final = 4.0
"""How long a host that is to quit may write KV states, in seconds."""

EXIT_FAILED: Final = 41
"""Exit status of a host after an error that has no name; its log tells."""

ABORTED: Final = "llama.cpp aborted: "
"""Begins the line of the log that tells which assertion failed."""


class ProtocolError(Exception):
    """The other side sent something that is none of the known values."""


@dataclass(frozen=True)
class Load:
    """Load this language model. ``memory_available`` is what the machine has free, in bytes.

    ``n_threads`` is the first guess, on ``n_cores`` cores. ``is_fitting`` lets llama.cpp's own fitting choose the
    layers for a GPU, else our estimate does. The KV states of conversations take at most ``state_memory_bytes`` of
    memory and ``state_disk_bytes`` of disk; they are written to ``state_folder``, nowhere where that is empty.
    ``template_problem`` says why its chat template is not to be tried any more, "" where it is.
    """

    request: LoadRequest
    n_threads: int
    memory_available: int
    is_fitting: bool = True
    state_memory_bytes: int = 0
    state_folder: str = ""
    state_disk_bytes: int = 0
    template_problem: str = ""
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
class Forget:
    """Keep nothing of this conversation any more."""

    conversation_id: str


@dataclass(frozen=True)
class Count:
    """Measure the prompt of ``request``, whose last message is a draft. Only the newest count is answered."""

    request: GenerationRequest


@dataclass(frozen=True)
class Quit:
    """End what is going on, keep what is worth it, and end."""


@dataclass(frozen=True)
class LoadProgress:
    """``fraction`` (0 to 1) of the model is loaded."""

    fraction: float


@dataclass(frozen=True)
class FitStarted:
    """llama.cpp's own fitting begins: it may end the process, and nothing can stop it from inside."""


@dataclass(frozen=True)
class LoadPlanned:
    """The load begins with ``n_gpu_layers`` (−1: all) on ``gpus``, ``n_ctx`` tokens and ``n_batch`` at once.

    What has the process die after this may have been a lack of memory on the GPUs.
    """

    gpus: tuple[str, ...]
    n_gpu_layers: int
    n_ctx: int
    n_batch: int


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
    """The host begins to render the chat template for ``id``, which is foreign code: see to it that it ends.

    ``id`` is a generation's, or empty at the end of a load.
    """

    id: str


@dataclass(frozen=True)
class TemplateDone:
    """The chat template for ``id`` came to its end."""

    id: str


@dataclass(frozen=True)
class CountStarted:
    """The host begins to measure the prompt of ``id``, for which foreign code runs: see to it that it ends."""

    id: str


@dataclass(frozen=True)
class Counted:
    """The prompt of ``id`` as it would be sent now has ``tokens``, of which the draft about ``draft_tokens``.

    ``first`` and ``left_out`` are those of ContextView. With ``error`` it cannot be sent: PromptTooLong, ContextFull
    (``tokens`` is then what it would have), TemplateFailed.
    """

    id: str
    tokens: int
    n_ctx: int
    first: int
    left_out: int
    draft_tokens: int
    error: ErrorReport | None = None


Command = Load | Generate | Count | Cancel | Forget | Quit
Event = (
    LoadProgress
    | FitStarted
    | LoadPlanned
    | Loaded
    | LoadEnded
    | TemplateStarted
    | TemplateDone
    | CountStarted
    | Counted
    | PromptProgress
    | ContextView
    | SummaryProgress
    | Summarised
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
