"""Builds llama.cpp's sampler chain from the sampling parameters."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from app.domain.generation import LogitBias, SamplingParameters
from app.domain.output_format import output_grammar
from app.domain.sampling import STRONGEST_BIAS
from app.engine.llama_library import AbortFlag, llama, unchecked
from app.engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    from app.engine.grammar import GrammarMatcher

BREAKERS: Final = ("\n", ":", '"', "*")
"""What ends a repetition for DRY; llama.cpp's own list."""

NEGLIGIBLE: Final = 1e-12
"""Below this part of the best token's probability no 32-bit sum notices a token."""

MIROSTAT_M: Final = 100
"""Tokens that Mirostat 1 estimates the distribution from; llama.cpp's own value."""

STEP_WITHIN_S: Final = 5.0
"""How long a grammar may take for one token, in seconds."""

_sample: Final = unchecked("llama_sampler_sample")


class SamplerChain:
    """A chain that chooses the next token.

    ``sample(pointer, context, index)`` chooses it, as ``llama_sampler_sample`` does, or gives a negative number where
    a grammar allows nothing; ``close`` frees the chain.

    The order is llama.cpp's (``common/sampling.cpp``): biases, penalties, DRY, top-n-sigma, top-k, typical, top-p,
    min-p, XTC, temperature. What changes which tokens are the best has to come before top-k; of what narrows the choice
    top-k is by far the quickest (152k tokens: 134 µs a token, top-p alone 12,635).
    """

    def __init__(self, parameters: SamplingParameters, vocabulary: Vocabulary, tokens_before: Sequence[int]) -> None:
        """``tokens_before`` (the prompt) count for penalties and DRY. Raises what `output_grammar` raises."""
        biases = _biases(parameters.logit_bias, vocabulary)
        self._grammar = _grammar(parameters, vocabulary, biases)
        settings = llama.llama_sampler_chain_default_params()
        self.pointer = llama.llama_sampler_chain_init(settings)
        self.sample: Callable[[Any, Any, Any], int] = self._grammar.sample if self._grammar else _sample
        samplers = _samplers(parameters, vocabulary)
        if biases and self._grammar is None:
            samplers.insert(0, _bias_sampler(biases, vocabulary.size))
        for sampler in samplers:
            llama.llama_sampler_chain_add(self.pointer, sampler)
        for token in tokens_before[max(0, len(tokens_before) - _n_remembered(parameters)) :]:
            llama.llama_sampler_accept(self.pointer, token)

    @property
    def is_stuck(self) -> bool:
        """Whether the last sample found no token that the grammar allows."""
        return self._grammar is not None and self._grammar.is_stuck

    def watched(self, abort: AbortFlag, give_up: Callable[[], None]) -> AbstractContextManager[None]:
        """Calls ``give_up`` from another thread where a grammar's step does not end."""
        return self._grammar.watched(abort, STEP_WITHIN_S, give_up) if self._grammar else nullcontext()

    def close(self) -> None:
        """Frees the chain, its samplers and the grammar."""
        llama.llama_sampler_free(self.pointer)
        if self._grammar is not None:
            self._grammar.close()


def _grammar(parameters: SamplingParameters, vocabulary: Vocabulary, biases: dict[int, float]) -> GrammarMatcher | None:
    text = output_grammar(parameters.grammar, parameters.json_schema)
    if not text:
        return None
    from app.engine.grammar import GrammarMatcher  # late: it imports numpy, which few replies need

    return GrammarMatcher(text, vocabulary, biases)


def _biases(wanted: Sequence[LogitBias], vocabulary: Vocabulary) -> dict[int, float]:
    """Returns what is added to the logit of each token: what was asked, and what the model itself suppresses."""
    found: dict[int, float] = {}
    for entry in wanted:
        bias = entry.bias if entry.bias > -STRONGEST_BIAS else float("-inf")
        found |= dict.fromkeys(vocabulary.tokens_of(entry.text), bias)
    return found | dict.fromkeys(vocabulary.suppressed(), float("-inf"))


def _bias_sampler(biases: dict[int, float], n_vocab: int) -> Any:
    entries = [llama.llama_logit_bias(token=token, bias=bias) for token, bias in biases.items()]
    return llama.llama_sampler_init_logit_bias(n_vocab, len(entries), (llama.llama_logit_bias * len(entries))(*entries))


def _has_penalties(parameters: SamplingParameters) -> bool:
    repeat = parameters.repeat_penalty
    changes = (repeat > 0 and repeat != 1.0) or parameters.frequency_penalty != 0 or parameters.presence_penalty != 0
    return changes and parameters.repeat_last_n > 0


def _has_dry(parameters: SamplingParameters) -> bool:
    return parameters.dry_multiplier > 0 and parameters.dry_base >= 1 and parameters.dry_penalty_last_n > 0


def _n_remembered(parameters: SamplingParameters) -> int:
    """Returns how many of the tokens before matter."""
    penalties = parameters.repeat_last_n if _has_penalties(parameters) else 0
    return max(penalties, parameters.dry_penalty_last_n if _has_dry(parameters) else 0)


def _samplers(parameters: SamplingParameters, vocabulary: Vocabulary) -> list[Any]:
    is_greedy = not parameters.temperature > 0
    if parameters.mirostat and not is_greedy:
        return _mirostat(parameters, vocabulary.size)
    chain = _repetition(parameters, vocabulary)
    if is_greedy:
        return [*chain, llama.llama_sampler_init_greedy()]
    seed = _seed(parameters.seed)
    return [*chain, *_narrowing(parameters, seed), _temperature(parameters), llama.llama_sampler_init_dist(seed)]


def _mirostat(parameters: SamplingParameters, n_vocab: int) -> list[Any]:
    temperature = llama.llama_sampler_init_temp(parameters.temperature)
    seed, tau, eta = _seed(parameters.seed), parameters.mirostat_tau, parameters.mirostat_eta
    if parameters.mirostat == 1:
        return [temperature, llama.llama_sampler_init_mirostat(n_vocab, seed, tau, eta, MIROSTAT_M)]
    return [temperature, llama.llama_sampler_init_mirostat_v2(seed, tau, eta)]


def _repetition(parameters: SamplingParameters, vocabulary: Vocabulary) -> list[Any]:
    chain: list[Any] = []
    if _has_penalties(parameters):
        strengths = (parameters.repeat_penalty, parameters.frequency_penalty, parameters.presence_penalty)
        chain.append(llama.llama_sampler_init_penalties(vocabulary.size, parameters.repeat_last_n, *strengths))
    if _has_dry(parameters):
        breakers = (ctypes.c_char_p * len(BREAKERS))(*[text.encode() for text in BREAKERS])
        chain.append(
            llama.llama_sampler_init_dry(
                vocabulary.pointer,
                parameters.dry_multiplier,
                parameters.dry_base,
                parameters.dry_allowed_length,
                parameters.dry_penalty_last_n,
                breakers,
                len(BREAKERS),
            )
        )
    return chain


def _narrowing(parameters: SamplingParameters, seed: int) -> list[Any]:
    chain: list[Any] = []
    if parameters.top_n_sigma > 0:
        chain.append(llama.llama_sampler_init_top_n_sigma(parameters.top_n_sigma))
    if parameters.top_k > 0:
        chain.append(llama.llama_sampler_init_top_k(parameters.top_k))
    if parameters.typical_p < 1 or (parameters.top_p < 1 and parameters.top_k <= 0):
        # Typical knows no entropy where one token is impossible, and both sort all that they are given.
        chain.append(llama.llama_sampler_init_min_p(NEGLIGIBLE, 1))
    if parameters.typical_p < 1:
        chain.append(llama.llama_sampler_init_typical(parameters.typical_p, 1))
    if parameters.top_p < 1:
        chain.append(llama.llama_sampler_init_top_p(parameters.top_p, 1))
    if parameters.min_p > 0:
        chain.append(llama.llama_sampler_init_min_p(parameters.min_p, 1))
    if parameters.xtc_probability > 0:
        chain.append(llama.llama_sampler_init_xtc(parameters.xtc_probability, parameters.xtc_threshold, 1, seed))
    return chain


def _temperature(parameters: SamplingParameters) -> Any:
    if parameters.dynatemp_range > 0:
        spread, exponent = parameters.dynatemp_range, parameters.dynatemp_exponent
        return llama.llama_sampler_init_temp_ext(parameters.temperature, spread, exponent)
    return llama.llama_sampler_init_temp(parameters.temperature)


def _seed(seed: int | None) -> int:
    """Returns a seed as llama.cpp takes it (32 bits); its value for "random" is never the person's seed."""
    drawn = secrets.randbits(32) if seed is None else seed & 0xFFFFFFFF
    return drawn if drawn != llama.LLAMA_DEFAULT_SEED else 0
