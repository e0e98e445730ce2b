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
class ThinkingChoice:
    """Whether a model is to reason before it answers (None: as it does by itself), and in how many tokens at most.

    ``budget`` 0 is no bound.
    """

    is_on: bool | None = None
    budget: int = 0


@dataclass(frozen=True)
class PromptMessage:
    """One message of a prompt, before the chat template. ``role`` is system, user or assistant.

    ``reasoning`` is what a model thought before ``content``; its template says whether that is sent back.
    """

    role: str
    content: str
    reasoning: str = ""


@dataclass(frozen=True)
class GenerationRequest:
    """One reply to be generated.

    ``continue_last`` lets the reply go on from the last message, which is then the assistant's own unfinished text.
    ``ignore_end`` goes on past the model's own end of the reply (to measure speed).
    ``max_tokens`` None means until the context window is full. ``stop`` are strings that end the reply and are
    not part of it.
    ``thinking`` switches reasoning on or off where the model's template knows how; None is the model's own default.
    ``thinking_budget`` is how many tokens it may think at most, 0 without a bound.
    """

    id: str
    messages: tuple[PromptMessage, ...]
    sampling: SamplingParameters = field(default_factory=SamplingParameters)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    continue_last: bool = False
    ignore_end: bool = False
    thinking: bool | None = None
    thinking_budget: int = 0


@dataclass(frozen=True)
class Usage:
    """Tokens of one generation; ``cached_tokens`` of the prompt were not evaluated again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Timings:
    """Measured by llama.cpp's own counters: seconds, and tokens a second (0 where nothing was measured).

    ``reasoning_s`` is how long the model thought before it answered.
    """

    load_s: float = 0.0
    first_token_s: float = 0.0
    prompt_tokens_per_s: float = 0.0
    tokens_per_s: float = 0.0
    reasoning_s: float = 0.0


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
    """The next piece of the model's reasoning; ``seconds`` is how long it has thought by then."""

    id: str
    text: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Finished:
    """The last event of a generation."""

    id: str
    reason: FinishReason
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    error: ErrorReport | None = None


GenerationEvent = PromptProgress | TextDelta | ReasoningDelta | Finished
