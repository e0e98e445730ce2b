"""Speculation without a second model: tokens guessed from the context are evaluated in one batch and kept while right.

A batch costs less than its tokens one by one, but its numbers are not quite the same: other kernels, another order of
sums. Measured on the starter (Q4_K_M, batches of 16) the distance between the best two tokens moves by 0.002 in the
middle and by 0.21 at most, and the keys and values that such a batch leaves behind move what follows it as much. So a
greedy reply, which has to be the same with and without, takes a token from such numbers only where its lead is clear;
where it is not, everything since the last exact token is evaluated again one by one. A reply with a temperature is
sampled from each row in order, which leaves its distribution as it was.
"""

from __future__ import annotations

import ctypes
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, Final

from app.domain.generation import GenerationRequest, SamplingParameters
from app.engine.llama_library import AbortFlag, brief, llama, unchecked
from app.engine.load_parameters import MOST_OUTPUTS
from app.engine.loss_budget import LossBudget
from app.engine.model_loading import LoadedModel
from app.engine.prompt_cache import DECODE_ABORTED
from app.engine.prompt_lookup import PromptLookup
from app.engine.vocabulary import Vocabulary

FIRST_DRAFT: Final = 3
"""Tokens of a draft before any was right: with the token before them one group of four, as the kernels take them."""

SAME_AT_FIRST: Final = 10
"""Tokens that have to be the same before a first draft: more than a chat template repeats before every reply."""

SAME_LATER: Final = 4
"""Tokens that have to be the same in a reply that was seen to repeat the context."""

CLEAR_LEAD: Final = 0.25
"""The lead that decides, in standard deviations of the logits; twice the largest change ever measured."""

SHORT_RUN: Final = 16
"""Fewer tokens than this are made exact as soon as a draft fails; more are so only where a lead is not clear."""

_decode: Final = unchecked("llama_decode")
_logits: Final = brief("llama_get_logits_ith")
_forget: Final = brief("llama_memory_seq_rm")
_sample: Final = brief("llama_sampler_sample")
_ROWS: Final = tuple(ctypes.c_int32(row) for row in range(MOST_OUTPUTS))
LAST_ROW: Final = ctypes.c_int32(-1)


class Kind(Enum):
    """What a sampling allows: no drafts, drafts that give the same tokens, drafts that give the same distribution."""

    NONE = "none"
    SAME_TOKENS = "same tokens"
    SAME_DISTRIBUTION = "same distribution"


def kind_for(request: GenerationRequest) -> Kind:
    """Returns what ``request`` allows.

    Narrowing the choice and a penalty for repetition look at one row after the other, as without drafts. A greedy
    reply with a penalty has no lead that could be read from the logits, and a seed promises the same reply again,
    which small differences would break. Anything else that a sampling can ask for forbids drafts.
    """
    sampling, usual = request.sampling, SamplingParameters()
    known = replace(
        sampling,
        temperature=usual.temperature,
        top_k=usual.top_k,
        top_p=usual.top_p,
        min_p=usual.min_p,
        repeat_penalty=usual.repeat_penalty,
        seed=usual.seed,
    )
    if not request.speculate or known != usual:
        return Kind.NONE
    if sampling.temperature > 0:
        return Kind.SAME_DISTRIBUTION if sampling.seed is None else Kind.NONE
    return Kind.SAME_TOKENS if sampling.repeat_penalty in (0.0, 1.0) else Kind.NONE


def is_possible(loaded: LoadedModel) -> bool:
    """Tells whether a model's memory can forget its last tokens: a recurrent, hybrid or sliding one can't."""
    model = loaded.model
    is_whole = not llama.llama_model_is_recurrent(model) and not llama.llama_model_is_hybrid(model)
    return is_whole and int(llama.llama_model_n_swa(model)) == 0


class Drafts:
    """The decoding of one reply with drafts. ``row`` is where the next token is sampled from.

    All tokens but the newest are held by the context. Of those the last ``_n_loose`` came of batches or after them.
    """

    def __init__(self, speculation: Speculation, prompt: Sequence[int], kind: Kind) -> None:
        """The context holds ``prompt`` and the logits of its last token."""
        self.row = LAST_ROW
        self._of = speculation
        self._prompt = prompt
        self._lookup: PromptLookup | None = None
        self._is_guarded = kind is Kind.SAME_TOKENS
        self._ahead: list[int] = []
        self._at = 0
        self._n_loose = 0
        self._n_draft, self._n_same = FIRST_DRAFT, SAME_AT_FIRST
        self._since, self._n_since, self._n_evaluated = 0.0, 0, 0

    def advance(self, token: int, left: int) -> int:
        """Takes the token that was sampled from ``row`` and readies the next row; at most ``left`` more are wanted.

        Returns the status of the decode, 0 where all went well.
        """
        lookup = self._lookup
        if lookup is None:
            lookup = self._begin()
        if lookup.append(token) or self._ahead or self._n_loose:
            return self._advance(token, left, lookup)
        return self._of.decode_one(token)

    def end(self, n_tokens: int) -> None:
        """Leaves ``n_tokens`` of the reply in the context."""
        if self._ahead:
            _forget(self._of.memory, 0, len(self._prompt) + n_tokens, -1)
        if self._lookup is not None:
            self._book(self._lookup)

    def _begin(self) -> PromptLookup:
        """Looks through the prompt, when the first token is shown already."""
        lookup = self._lookup = PromptLookup(self._prompt)
        self._since, self._n_since = time.perf_counter(), len(lookup.tokens) + 1
        return lookup

    def _advance(self, token: int, left: int, lookup: PromptLookup) -> int:
        if self._at < len(self._ahead) and self._ahead[self._at] == token:
            self._at += 1
            self._n_loose += 1
            self.row = _ROWS[self._at]
            return self._make_certain(lookup.tokens)
        status = self._leave_draft(lookup) if self._ahead else 0
        return status or self._decode(token, left, lookup)

    def _decode(self, token: int, left: int, lookup: PromptLookup) -> int:
        draft: list[int] = []
        if not self._of.budget.token_s:
            self._book(lookup)
        if self._of.budget.allows_a_draft:
            draft = lookup.draft(min(self._n_draft, left - 1, self._of.most_drafted), self._n_same, self._of.is_end)
        if draft:
            self._book(lookup)
            status = self._of.decode([token, *draft], len(lookup.tokens) - 1)
            self._ahead, self._at, self.row = draft, 0, _ROWS[0]
            self._n_evaluated += 1 + len(draft)
            self._n_loose += 1
        else:
            status = self._of.decode_one(token)
            self.row = LAST_ROW
            self._n_loose += self._n_loose > 0
        return status or self._make_certain(lookup.tokens)

    def _leave_draft(self, lookup: PromptLookup) -> int:
        """Forgets what of a draft is wrong, and judges it."""
        is_right = self._at == len(self._ahead)
        self._ahead, self._at = [], 0
        held, status = lookup.tokens[:-1], 0
        if is_right:
            self._n_draft, self._n_same = MOST_OUTPUTS - 1, SAME_LATER
        else:
            self._n_draft = FIRST_DRAFT
            _forget(self._of.memory, 0, len(held), -1)
            if self._is_guarded and self._n_loose < SHORT_RUN:
                status = self._make_exact(held)
        if not self._is_guarded:
            self._n_loose = 0
        self._book(lookup)
        return status

    def _make_certain(self, held: Sequence[int]) -> int:
        """Sees to it that a greedy choice from ``row`` is the one that it would be without drafts."""
        if not self._is_guarded or not self._n_loose:
            return 0
        likely = self._ahead[self._at] if self._at < len(self._ahead) else None
        if self._of.has_clear_lead(self.row.value, likely):
            return 0
        self._ahead, self._at, self._n_draft = [], 0, FIRST_DRAFT
        return self._make_exact(held)

    def _make_exact(self, held: Sequence[int]) -> int:
        """Evaluates one by one again what was not."""
        n_exact = len(held) - self._n_loose
        _forget(self._of.memory, 0, n_exact, -1)
        self._n_evaluated += self._n_loose
        for token in held[n_exact:]:
            status = DECODE_ABORTED if self._of.abort.is_set else self._of.decode_one(token)
            if status:
                return status
        self.row, self._n_loose = LAST_ROW, 0
        return 0

    def _book(self, lookup: PromptLookup) -> None:
        """Notes what the tokens since the last time took."""
        now, count = time.perf_counter(), len(lookup.tokens)
        n_tokens, seconds = count - self._n_since, now - self._since
        if self._n_evaluated:
            self._of.budget.drafted(n_tokens, self._n_evaluated, seconds)
        elif n_tokens > 0:
            self._of.budget.plain(n_tokens, seconds)
        self._since, self._n_since, self._n_evaluated = now, count, 0


class Speculation:
    """What the replies of one context share: the batch, and what drafts have cost."""

    def __init__(self, loaded: LoadedModel, vocabulary: Vocabulary, abort: AbortFlag) -> None:
        self.budget = LossBudget()
        self.abort = abort
        self.is_end = vocabulary.is_end
        self.memory = llama.llama_get_memory(loaded.context)
        self.most_drafted = min(MOST_OUTPUTS, int(llama.llama_n_batch(loaded.context))) - 1
        self._is_possible = is_possible(loaded)
        self._context = loaded.context
        self._pointer = ctypes.c_void_p(loaded.context) if isinstance(loaded.context, int) else loaded.context
        self._n_vocab = vocabulary.size
        self._clear_lead = 0.0
        self._greedy = _chain()
        self._bias = (llama.llama_logit_bias * 1)()
        self._one = (llama.llama_token * 1)()
        self._batch_of_one = llama.llama_batch_get_one(self._one, 1)
        self._batch = llama.llama_batch_init(MOST_OUTPUTS, 0, 1)
        for row in range(MOST_OUTPUTS):
            self._batch.n_seq_id[row], self._batch.seq_id[row][0], self._batch.logits[row] = 1, 0, 1

    def begin(self, request: GenerationRequest, prompt: Sequence[int]) -> Drafts | None:
        """Returns the drafts for a reply to ``prompt``, which is evaluated; None where there are to be none."""
        kind = kind_for(request) if self._is_possible else Kind.NONE
        return None if kind is Kind.NONE else Drafts(self, prompt, kind)

    def decode_one(self, token: int) -> int:
        """Decodes one token; returns the status."""
        self._one[0] = token
        return _decode(self._pointer, self._batch_of_one)  # type: ignore[no-any-return]

    def decode(self, tokens: Sequence[int], position: int) -> int:
        """Decodes at most MOST_OUTPUTS tokens, the first at ``position``, with logits for each; returns the status."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for row, token in enumerate(tokens):
            batch.token[row], batch.pos[row] = token, position + row
        return int(_decode(self._pointer, batch))

    def has_clear_lead(self, row: int, likely: int | None) -> bool:
        """Tells whether the best token of a row of the last decode leads by more than batches change.

        ``likely`` is the token that the draft has there, None where it has none.
        """
        if not self._clear_lead:
            logits = _logits(self._context, row)
            few = [value for value in logits[: self._n_vocab : -(-self._n_vocab // 512)] if math.isfinite(value)]
            self._clear_lead = CLEAR_LEAD * statistics.pstdev(few)
        best = int(_sample(self._greedy, self._context, row)) if likely is None else likely
        self._bias[0] = llama.llama_logit_bias(best, -self._clear_lead)
        handicapped = _chain(llama.llama_sampler_init_logit_bias(self._n_vocab, 1, self._bias))
        still_best = _sample(handicapped, self._context, row)
        llama.llama_sampler_free(handicapped)
        return bool(still_best == best)


def _chain(*samplers: Any) -> Any:
    """Returns a chain that takes the best token after ``samplers``."""
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    for sampler in (*samplers, llama.llama_sampler_init_greedy()):
        llama.llama_sampler_chain_add(chain, sampler)
    return chain
