"""Finds by measurement how a model is calculated fastest on this machine: threads, batch, flash attention.

It costs 5 s at most, once for a model and a machine, and it is cheap where the model is: a trial lasts some tokens.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from app.domain.language_model import Tuning
from app.domain.load_options import AUTOMATIC, LoadOptions
from app.engine.llama_library import AbortFlag, llama

WITHIN_S: Final = 5.0
"""Seconds after which the trial under way is given up."""

BETTER: Final = 0.93
"""Share of the time of what is known so far that another choice has to take: less may be chance."""

TRIALS: Final = 30
"""So many trials are to have time."""

PROMPT_TOKENS: Final = 1024
"""Tokens of a trial's prompt at most; their keys and values lie before the tokens that are generated."""

FIRST_PROMPT_TOKENS: Final = 32
"""Tokens of the prompt whose time tells how long a prompt may be."""

REPLY_TOKENS: Final = 8
"""Tokens generated in one trial."""

SMALL_BATCH: Final = 128
"""The other batch that is tried: it stays in the cache of small processors."""

WHOLE_TYPES: Final = ("f32", "f16", "bf16")
"""Types of the cache of values that attention can do without flash."""

MOST_SCORES_BYTES: Final = 256 << 20
"""Most memory that attention scores may take, which are kept whole without flash attention."""


class TrialLate(Exception):
    """The time for trials is over."""


@dataclass(frozen=True)
class Pace:
    """Seconds a token."""

    prompt_s: float
    reply_s: float

    def share_of(self, other: Pace) -> Share:
        """Returns this as a share of ``other``."""
        turn = (self.prompt_s + self.reply_s) / (other.prompt_s + other.reply_s)
        return Share(self.prompt_s / other.prompt_s, self.reply_s / other.reply_s, turn)


@dataclass(frozen=True)
class Share:
    """The shares of another pace's time that prompt, reply, and a turn with as many tokens of either take."""

    prompt: float = 1.0
    reply: float = 1.0
    turn: float = 1.0


class Trial(Protocol):
    """Measures choices. Raises TrialLate when time is over."""

    def measure(self, tuning: Tuning) -> Pace:
        """Returns the pace with what ``tuning`` says."""


def choose(
    trial: Trial, guess: Tuning, thread_counts: Sequence[int], may_drop_flash: bool, may_change_batch: bool = True
) -> Tuning:
    """Returns the best choice found in time; ``guess`` where nothing is clearly better.

    One thing is changed after the other. What is better has to be so twice, beside what it is to replace.
    """
    best = guess
    try:
        trial.measure(guess)  # reads the weights from disk, where they are not in memory yet
        if may_drop_flash:
            other = replace(best, flash_attention=False)
            best = other if _share(trial, other, best).turn < BETTER else best
        for count in thread_counts:
            share = _share(trial, replace(best, n_threads=count, n_threads_batch=count), best)
            best = replace(best, n_threads=count) if share.reply < BETTER else best
            best = replace(best, n_threads_batch=count) if share.prompt < BETTER else best
        if may_change_batch:
            other = replace(best, n_batch=min(SMALL_BATCH, best.n_batch))
            best = other if _share(trial, other, best).prompt < BETTER else best
    except TrialLate:
        pass
    return best


def _share(trial: Trial, other: Tuning, best: Tuning) -> Share:
    """Returns what share of the time of ``best`` another choice takes: where it is promising, the larger of two."""
    if other == best:
        return Share()
    first = trial.measure(other).share_of(trial.measure(best))
    if min(first.prompt, first.reply) >= BETTER:
        return first
    second = trial.measure(other).share_of(trial.measure(best))
    return Share(max(first.prompt, second.prompt), max(first.reply, second.reply), max(first.turn, second.turn))


def thread_counts(n_cores: int) -> tuple[int, ...]:
    """Returns the numbers of threads worth a trial: all cores, one left to others, half of them, a single one."""
    return tuple(dict.fromkeys(count for count in (n_cores, n_cores - 1, -(-n_cores // 2), 1) if count > 0))


def tune(model: Any, settings: Any, guess: Tuning, counts: Sequence[int], options: LoadOptions = AUTOMATIC) -> Tuning:
    """Returns the best tuning for a loaded model whose context would be made with ``settings``.

    ``counts`` are the numbers of threads to try. What a person chose in ``options`` stays.
    """
    scores = settings.n_ctx * guess.n_batch * int(llama.llama_model_n_head(model)) * 4
    may_drop_flash = scores <= MOST_SCORES_BYTES and options.flash_attention == AUTOMATIC.flash_attention
    may_drop_flash = may_drop_flash and options.cache_type_v in WHOLE_TYPES
    may_change_batch = (options.n_batch, options.n_ubatch) == (AUTOMATIC.n_batch, AUTOMATIC.n_ubatch)
    with _alarm(WITHIN_S) as late:
        trial = ContextTrial(model, settings, late)
        try:
            return choose(trial, guess, counts, may_drop_flash, may_change_batch)
        finally:
            trial.close()


def apply(tuning: Tuning, settings: Any) -> None:
    """Puts a tuning into the parameters of a context, whose batch it makes no larger."""
    if tuning.n_batch < settings.n_batch:
        settings.n_batch = settings.n_ubatch = max(1, tuning.n_batch)
    settings.n_threads, settings.n_threads_batch = tuning.n_threads, tuning.n_threads_batch
    if not tuning.flash_attention:
        settings.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED


@contextmanager
def _alarm(seconds: float) -> Iterator[AbortFlag]:
    flag = AbortFlag()
    timer = threading.Timer(seconds, flag.set)
    timer.daemon = True
    timer.start()
    try:
        yield flag
    finally:
        timer.cancel()


class ContextTrial:
    """Trials in short contexts of the model itself; one is kept as long as only its threads change."""

    def __init__(self, model: Any, settings: Any, late: AbortFlag) -> None:
        self._model = model
        self._settings = type(settings).from_buffer_copy(settings)
        self._late = late
        self._settings.abort_callback, self._settings.abort_callback_data = late.callback, late.data
        self._context: Any = None
        self._made_for = (0, False)
        self._n_prompt = 0
        token = max(0, int(llama.llama_vocab_bos(llama.llama_model_get_vocab(model))))
        self._tokens = (llama.llama_token * PROMPT_TOKENS)(*[token] * PROMPT_TOKENS)

    def measure(self, tuning: Tuning) -> Pace:
        """Evaluates a prompt and generates after it; the best token counts, as other programs only add to its time."""
        context = self._context_for(tuning)
        llama.llama_set_n_threads(context, tuning.n_threads, tuning.n_threads_batch)
        llama.llama_memory_clear(llama.llama_get_memory(context), True)
        n_batch, done, prompt_s = int(llama.llama_n_batch(context)), 0, 0.0
        while done < self._n_prompt:
            count = min(n_batch, self._n_prompt - done)
            prompt_s += self._decode(context, count)
            done += count
        times = [self._decode(context, 1) for _ in range(REPLY_TOKENS)]
        return Pace(prompt_s / done, min(times))

    def close(self) -> None:
        """Gives the memory back."""
        if self._context:
            llama.llama_free(self._context)
            self._context = None

    def _context_for(self, tuning: Tuning) -> Any:
        wanted = (tuning.n_batch, tuning.flash_attention)
        if self._context and self._made_for == wanted:
            return self._context
        self.close()
        settings = type(self._settings).from_buffer_copy(self._settings)
        apply(tuning, settings)
        settings.n_ctx = min(settings.n_ctx, PROMPT_TOKENS + REPLY_TOKENS)
        self._context, self._made_for = llama.llama_init_from_model(self._model, settings), wanted
        if not self._context or not llama.llama_get_memory(self._context):
            raise TrialLate
        if not self._n_prompt:
            self._fit_in_time(self._context)
        return self._context

    def _fit_in_time(self, context: Any) -> None:
        """Warms the context up and takes as long a prompt as thirty trials have time for.

        The longer it is the better: flash attention costs more beside a full cache than beside an empty one.
        """
        llama.llama_set_n_threads(context, self._settings.n_threads, self._settings.n_threads_batch)
        most = min(PROMPT_TOKENS, self._settings.n_ctx - REPLY_TOKENS)
        self._decode(context, 1)
        reply_s = REPLY_TOKENS * self._decode(context, 1)
        count = max(1, min(FIRST_PROMPT_TOKENS, int(llama.llama_n_batch(context)), most - 2))
        seconds = self._decode(context, count) / count if reply_s < WITHIN_S / TRIALS else reply_s
        affordable = int((WITHIN_S / TRIALS - reply_s) / max(seconds, 1e-6))
        self._n_prompt = max(1, min(most, affordable))

    def _decode(self, context: Any, count: int) -> float:
        """Returns the seconds that ``count`` tokens take."""
        began = time.perf_counter()
        batch = llama.llama_batch_get_one(ctypes.cast(self._tokens, ctypes.POINTER(llama.llama_token)), count)
        status = llama.llama_decode(context, batch)
        llama.llama_synchronize(context)
        if status or self._late.is_set:
            raise TrialLate
        return time.perf_counter() - began
