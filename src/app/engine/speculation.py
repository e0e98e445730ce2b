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
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from app.domain.generation import GenerationRequest, SamplingParameters
from app.engine.llama_library import AbortFlag, brief, llama, unchecked
from app.engine.loss_budget import LossBudget
from app.engine.model_loading import MOST_OUTPUTS, LoadedModel
from app.engine.prompt_cache import DECODE_ABORTED
from app.engine.prompt_lookup import PromptLookup

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
_ROWS: Final = tuple(ctypes.c_int32(row) for row in range(MOST_OUTPUTS))
_LAST_ROW: Final = ctypes.c_int32(-1)


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
    """The decoding of one reply with drafts. ``row`` is where the next token is sampled from."""

    def __init__(self, speculation: Speculation, prompt: Sequence[int], kind: Kind) -> None:
        """The context holds ``prompt`` and the logits of its last token."""
        self.row = _LAST_ROW
        self._of = speculation
        self._budget = speculation.budget
        self._prompt = prompt
        self._lookup: PromptLookup | None = None
        self._is_guarded = kind is Kind.SAME_TOKENS
        self._ahead: list[int] = []
        self._at = 0
        self._n_held = self._n_exact = len(prompt)
        self._n_draft, self._n_same = FIRST_DRAFT, SAME_AT_FIRST
        self._since, self._n_since, self._is_plain = 0.0, 0, True

    def advance(self, token: int, left: int) -> int:
        """Takes the token that was sampled from ``row`` and readies the next row; at most ``left`` more are wanted.

        Returns the status of the decode, 0 where all went well.
        """
        lookup = self._lookup
        if lookup is None:
            lookup = self._lookup = PromptLookup(self._prompt)
        lookup.append(token)
        self._n_since += 1
        if self._at < len(self._ahead) and self._ahead[self._at] == token:
            self._at += 1
            self._n_held += 1
            self.row = _ROWS[self._at]
            return self._make_certain()
        status = self._leave_draft() if self._ahead else 0
        self._book()
        return status or self._decode(token, lookup, left)

    def end(self, n_tokens: int) -> None:
        """Leaves ``n_tokens`` of the reply in the context."""
        if self._ahead:
            _forget(self._of.memory, 0, len(self._prompt) + n_tokens, -1)

    def _decode(self, token: int, lookup: PromptLookup, left: int) -> int:
        draft: list[int] = []
        if self._budget.allows_a_draft:
            draft = lookup.draft(min(self._n_draft, left - 1, self._of.most_drafted), self._n_same)
        if draft:
            status = self._of.decode([token, *draft], self._n_held)
            self._ahead, self._at, self.row, self._is_plain = draft, 0, _ROWS[0], False
        else:
            status = self._of.decode_one(token)
            self.row = _LAST_ROW
            if self._n_exact == self._n_held:
                self._n_exact += 1
        self._n_held += 1
        return status or self._make_certain()

    def _leave_draft(self) -> int:
        """Forgets what of a draft is wrong, and judges it."""
        n_right, n_drafted = self._at, len(self._ahead)
        self._ahead, self._at = [], 0
        if n_right == n_drafted:
            self._n_draft, self._n_same = min(2 * self._n_draft + 1, MOST_OUTPUTS - 1), SAME_LATER
            return 0
        self._n_draft = FIRST_DRAFT
        _forget(self._of.memory, 0, self._n_held, -1)
        is_short = self._is_guarded and self._n_held - self._n_exact < SHORT_RUN
        return self._make_exact() if is_short else 0

    def _make_certain(self) -> int:
        """Sees to it that a greedy choice from ``row`` is the one that it would be without drafts."""
        if not self._is_guarded or self._n_exact == self._n_held or self._of.has_clear_lead(self.row.value):
            return 0
        _forget(self._of.memory, 0, self._n_held, -1)
        self._ahead, self._at, self._n_draft = [], 0, FIRST_DRAFT
        return self._make_exact()

    def _make_exact(self) -> int:
        """Evaluates one by one again what was not."""
        assert self._lookup is not None
        self._is_plain = False
        _forget(self._of.memory, 0, self._n_exact, -1)
        for token in self._lookup.tokens[self._n_exact : self._n_held]:
            status = DECODE_ABORTED if self._of.abort.is_set else self._of.decode_one(token)
            if status:
                return status
        self.row, self._n_exact = _LAST_ROW, self._n_held
        return 0

    def _book(self) -> None:
        """Notes what the tokens since the last decode took."""
        now = time.perf_counter()
        if self._since:
            if self._is_plain:
                self._budget.plain(now - self._since)
            else:
                self._budget.drafted(self._n_since, now - self._since)
        self._since, self._n_since, self._is_plain = now, 0, True


class Speculation:
    """What the replies of one context share: the batch, and what drafts have cost."""

    def __init__(self, loaded: LoadedModel, n_vocab: int, abort: AbortFlag) -> None:
        self.budget = LossBudget()
        self.abort = abort
        self.memory = llama.llama_get_memory(loaded.context)
        self.most_drafted = min(MOST_OUTPUTS, int(llama.llama_n_batch(loaded.context))) - 1
        self._is_possible = is_possible(loaded)
        self._context = loaded.context
        self._pointer = ctypes.c_void_p(loaded.context) if isinstance(loaded.context, int) else loaded.context
        self._n_vocab = n_vocab
        self._clear_lead = 0.0
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
        return int(_decode(self._pointer, self._batch_of_one))

    def decode(self, tokens: Sequence[int], position: int) -> int:
        """Decodes at most MOST_OUTPUTS tokens, the first at ``position``, with logits for each; returns the status."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for row, token in enumerate(tokens):
            batch.token[row], batch.pos[row] = token, position + row
        return int(_decode(self._pointer, batch))

    def has_clear_lead(self, row: int) -> bool:
        """Tells whether the best token of a row of the last decode leads by more than batches change."""
        import numpy

        address = ctypes.cast(_logits(self._context, row), ctypes.c_void_p).value
        assert address is not None
        logits = numpy.ctypeslib.as_array((ctypes.c_float * self._n_vocab).from_address(address))
        if not self._clear_lead:
            self._clear_lead = CLEAR_LEAD * float(logits[numpy.isfinite(logits)].std())
        best = int(logits.argmax())
        most = float(logits[best])
        logits[best] = -numpy.inf
        lead = most - float(logits.max())
        logits[best] = most
        return lead > self._clear_lead
