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


class ContextPolicy(StrEnum):
    """What happens when a conversation does not fit into the context window.

    ``ROLL`` leaves the earliest turns out, ``SUMMARISE`` puts a summary in their place, ``STOP`` ends and asks.
    """

    ROLL = "roll"
    SUMMARISE = "summarise"
    STOP = "stop"


@dataclass(frozen=True)
class LogitBias:
    """What is added to the logits of the tokens of ``text``; −100 and less forbids them."""

    text: str
    bias: float


@dataclass(frozen=True)
class SamplingParameters:
    """How the next token is chosen. Names, meaning and order as in llama.cpp (``common/common.h``).

    What is off: 0 for ``top_k``, ``min_p``, ``xtc_probability``, ``dry_multiplier``, ``mirostat``, ``dynatemp_range``,
    the frequency and presence penalties and the ``…last_n`` (tokens); 1 for ``top_p``, ``typical_p`` and
    ``repeat_penalty``; ``top_n_sigma`` where it is not above 0. ``temperature`` 0 is greedy; Mirostat (1 or 2) takes
    the place of every sampler but temperature and logit bias. ``seed`` None draws a new seed for each reply.
    ``grammar`` is GBNF and ``json_schema`` JSON Schema; one of them may be set. `app.domain.sampling` has the ranges.
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    seed: int | None = None
    repeat_last_n: int = 64
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    typical_p: float = 1.0
    top_n_sigma: float = -1.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_penalty_last_n: int = 64
    mirostat: int = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    grammar: str = ""
    json_schema: str = ""
    logit_bias: tuple[LogitBias, ...] = ()


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
    not part of it. What was evaluated of the conversation ``conversation_id`` is kept while others are replied to;
    nothing is where it is empty.

    ``pinned`` messages after the system prompt stay whatever ``policy`` leaves out, with the rest of their last turn.
    ``summary`` stands for the messages after them, up to index ``summarised`` of ``messages``; 0 where there is none.

    ``thinking`` switches reasoning on or off where the model's template knows how; None is the model's own default.
    ``thinking_budget`` is how many tokens it may think at most, 0 without a bound. ``speculate`` allows tokens to be
    guessed from the context and checked together, which is faster.
    """

    id: str
    messages: tuple[PromptMessage, ...]
    sampling: SamplingParameters = field(default_factory=SamplingParameters)
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    continue_last: bool = False
    ignore_end: bool = False
    conversation_id: str = ""
    policy: ContextPolicy = ContextPolicy.STOP
    pinned: int = 0
    summary: str = ""
    summarised: int = 0
    thinking: bool | None = None
    thinking_budget: int = 0
    speculate: bool = True


@dataclass(frozen=True)
class Usage:
    """Tokens of one generation; ``cached_tokens`` of the prompt were not evaluated again."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Timings:
    """Seconds, and tokens a second (0 where nothing was measured).

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
class ContextView:
    """What the model sees from now on: system prompt, pinned start, then the messages from index ``first`` on.

    ``left_out`` is how many messages between lie outside its view.
    """

    id: str
    first: int
    left_out: int


@dataclass(frozen=True)
class SummaryProgress:
    """``done`` of at most ``total`` tokens are read and written to summarise earlier messages."""

    id: str
    done: int
    total: int


@dataclass(frozen=True)
class Summarised:
    """``text`` stands from now on for the messages after the pinned start, up to index ``first``."""

    id: str
    text: str
    first: int


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
    """The last event of a generation.

    ``error`` tells why it failed, or with ``LENGTH`` that the context window ended it: ContextFull, ReplyTooLong.
    """

    id: str
    reason: FinishReason
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    error: ErrorReport | None = None


GenerationEvent = PromptProgress | ContextView | SummaryProgress | Summarised | TextDelta | ReasoningDelta | Finished
