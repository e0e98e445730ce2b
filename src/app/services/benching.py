"""Measures how fast a model that is loaded evaluates a prompt and generates, through the same engine as a reply."""

from __future__ import annotations

import random
import statistics
import string
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.domain.errors import PromptTooLong, from_report
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    PromptMessage,
    SamplingParameters,
)
from app.domain.messages import Role

if TYPE_CHECKING:
    from app.engine.client import EngineClient

GREEDY: Final = SamplingParameters(temperature=0.0)
SHORTEST_PROMPT: Final = 16


@dataclass(frozen=True)
class Pace:
    """One round: tokens, tokens a second, and seconds from the request to the first token."""

    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_per_s: float
    tokens_per_s: float
    first_token_s: float


def measure(engine: EngineClient, prompt_tokens: int, tokens: int, rounds: int, seed: int = 1) -> list[Pace]:
    """Returns a pace for each round; fewer rounds where it was cancelled. Raises AppError.

    Each prompt is of random words, about ``prompt_tokens`` or what the context holds, and new: nothing of it was
    evaluated before. ``tokens`` are generated, past the model's own end.
    """
    words = random.Random(seed)
    paces: list[Pace] = []
    length = prompt_tokens
    while len(paces) < rounds:
        try:
            finished = _round(engine, _words(words, length), tokens)
        except PromptTooLong:
            if length <= SHORTEST_PROMPT:
                raise
            length = length * 3 // 4
            continue
        if finished.reason is FinishReason.CANCELLED:
            break
        if finished.usage.completion_tokens < tokens and length > SHORTEST_PROMPT:
            length = length * 3 // 4  # the context was full before the last token
            continue
        if finished.usage.prompt_tokens > prompt_tokens * 5 // 4 and length > SHORTEST_PROMPT:
            length = max(SHORTEST_PROMPT, length * prompt_tokens // finished.usage.prompt_tokens)
            prompt_tokens = finished.usage.prompt_tokens  # a word may be several tokens: once is enough to learn it
            continue
        paces.append(_pace(finished))
    return paces


def middle(paces: list[Pace]) -> Pace:
    """Returns the median of each figure."""
    return Pace(
        round(statistics.median(pace.prompt_tokens for pace in paces)),
        round(statistics.median(pace.completion_tokens for pace in paces)),
        statistics.median(pace.prompt_tokens_per_s for pace in paces),
        statistics.median(pace.tokens_per_s for pace in paces),
        statistics.median(pace.first_token_s for pace in paces),
    )


def _round(engine: EngineClient, text: str, tokens: int) -> Finished:
    request = GenerationRequest(
        uuid.uuid4().hex,
        (PromptMessage(Role.USER, text),),
        GREEDY,
        max_tokens=tokens,
        ignore_end=True,
        speculate=False,
    )
    for event in engine.generate(request):
        if isinstance(event, Finished):
            if event.reason is FinishReason.ERROR and event.error is not None:
                raise from_report(event.error)
            return event
    raise RuntimeError("a reply without an end")


def _pace(finished: Finished) -> Pace:
    usage, timings = finished.usage, finished.timings
    return Pace(
        usage.prompt_tokens - usage.cached_tokens,
        usage.completion_tokens,
        timings.prompt_tokens_per_s,
        timings.tokens_per_s,
        timings.first_token_s,
    )


def _words(words: random.Random, count: int) -> str:
    return " ".join(words.choice(string.ascii_lowercase) for _ in range(count))
