"""Values of one generation: what is asked of a language model and what comes back.

These cross the process border as JSON, so every field is a plain value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.errors import ErrorReport


class FinishReason(StrEnum):
    """Why a generation ended."""

    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True)
class SamplingParameters:
    """How the next token is chosen. Names and meaning as in llama.cpp; temperature 0 is greedy.

    ``seed`` None draws a new seed for each reply.
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    seed: int | None = None


@dataclass(frozen=True)
class PromptMessage:
    """One message of a prompt, before the chat template. ``role`` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class GenerationRequest:
    """One reply to be generated.

    ``continue_last`` lets the reply go on from the last message, which is then the assistant's own unfinished text.
    ``ignore_end`` goes on past the model's own end of the reply (to measure speed).
    ``max_tokens`` None means until the context window is full. ``stop`` are strings that end the reply and are
    not part of it. ``speculate`` allows tokens to be guessed from the context and checked together, which is faster.
    """

    id: str
    messages: tuple[PromptMessage, ...]
    sampling: SamplingParameters = field(default_factory=SamplingParameters)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    continue_last: bool = False
    ignore_end: bool = False
    speculate: bool = True


@dataclass(frozen=True)
class Usage:
    """Tokens of one generation; ``cached_tokens`` of the prompt were not evaluated again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Timings:
    """Seconds, and tokens a second (0 where nothing was measured)."""

    load_s: float = 0.0
    first_token_s: float = 0.0
    prompt_tokens_per_s: float = 0.0
    tokens_per_s: float = 0.0


@dataclass(frozen=True)
class PromptProgress:
    """``done`` of ``total`` prompt tokens are evaluated."""

    id: str
    done: int
    total: int


@dataclass(frozen=True)
class TextDelta:
    """The next piece of the reply, whole characters only."""

    id: str
    text: str


@dataclass(frozen=True)
class ReasoningDelta:
    """The next piece of the model's reasoning."""

    id: str
    text: str


@dataclass(frozen=True)
class Finished:
    """The last event of a generation."""

    id: str
    reason: FinishReason
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    error: ErrorReport | None = None


GenerationEvent = PromptProgress | TextDelta | ReasoningDelta | Finished
