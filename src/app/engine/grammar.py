"""Keeps a reply within a grammar: the chain chooses freely, and the whole vocabulary is masked only on a miss.

As in llama.cpp's ``common/sampling.cpp``. On 152k tokens a mask costs about 20 ms, a test of one token microseconds.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from app.domain.errors import GrammarRefused
from app.domain.grammar import ROOT
from app.engine.llama_library import AbortFlag, llama
from app.engine.vocabulary import Vocabulary

NO_TOKEN: Final = -1
"""Stands for "no token is possible"."""

CANCELLED_STEP_WITHIN_S: Final = 0.5
LOOK_EVERY_S: Final = 0.1

_ROW: Final = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
_FORBIDDEN: Final = float("-inf")


class GrammarMatcher:
    """A grammar and the candidates of one context's vocabulary; ``close`` frees it.

    ``seconds`` is the time that all samples took, ``is_stuck`` tells that the grammar wants what no token gives.
    ``llama_sampler_accept`` throws through C where a token does not fit, so none is accepted that was not tested.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, biases: Mapping[int, float]) -> None:
        """``biases`` are added to the logits here, not in the chain. Raises GrammarRefused."""
        root = ROOT.encode()
        self._grammar = llama.llama_sampler_init_grammar(vocabulary.pointer, text.encode("utf-8", "replace"), root)
        if not self._grammar:
            raise GrammarRefused
        self._has_end = vocabulary.has_end
        self._size = vocabulary.size
        self._ids = np.arange(self._size, dtype=np.int32)
        self._rows = np.zeros(self._size, dtype=_ROW)
        self._biased = np.array(list(biases), dtype=np.int32)
        self._biases = np.array(list(biases.values()), dtype=np.float32)
        self._data = ctypes.cast(self._rows.ctypes.data, ctypes.POINTER(llama.llama_token_data))
        self._all = _candidates(self._data)
        self._row = (llama.llama_token_data * 1)()
        self._one = _candidates(ctypes.cast(self._row, ctypes.POINTER(llama.llama_token_data)))
        self._began = 0.0
        self.seconds = 0.0
        self.is_stuck = False

    def sample(self, chain: Any, context: Any, index: Any) -> int:
        """As ``llama_sampler_sample``, within the grammar; NO_TOKEN where it allows nothing."""
        self._began = began = time.monotonic()
        token = self._choose(chain, context, index)
        if token == NO_TOKEN:
            self.is_stuck = self._has_end
        else:
            llama.llama_sampler_accept(self._grammar, token)
            llama.llama_sampler_accept(chain, token)
        self._began = 0.0
        self.seconds += time.monotonic() - began
        return token

    @contextmanager
    def watched(self, abort: AbortFlag, within_s: float, give_up: Callable[[], None]) -> Iterator[None]:
        """Calls ``give_up`` from another thread where a step takes longer than ``within_s``.

        Nothing else can interrupt it. The work of an ambiguous grammar doubles with each character; which grammars are
        is not to be told beforehand.
        """
        is_over = threading.Event()

        def look() -> None:
            while not is_over.wait(LOOK_EVERY_S):
                limit = CANCELLED_STEP_WITHIN_S if abort.is_set else within_s
                began = self._began
                if began and time.monotonic() - began > limit:
                    give_up()

        thread = threading.Thread(target=look, name="grammar-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

    def close(self) -> None:
        """Frees the grammar."""
        llama.llama_sampler_free(self._grammar)

    def _choose(self, chain: Any, context: Any, index: Any) -> int:
        token = self._drawn(chain, self._fill(context, index))
        if self._fits(token):
            return token
        self._fill(context, index)
        llama.llama_sampler_apply(self._grammar, ctypes.byref(self._all))
        allowed = self._rows[self._rows["logit"] > _FORBIDDEN]
        if not len(allowed):
            return NO_TOKEN
        best = int(allowed["id"][np.argmax(allowed["logit"])])
        self._rows[: len(allowed)] = allowed
        token = self._drawn(chain, len(allowed))
        return token if self._fits(token) else best

    def _fill(self, context: Any, index: Any) -> int:
        """Makes every token a candidate, as the last decode has it; returns how many there are."""
        logits = llama.llama_get_logits_ith(context, index)
        self._rows["id"] = self._ids
        self._rows["logit"] = np.ctypeslib.as_array(logits, (self._size,))
        if len(self._biased):
            self._rows["logit"][self._biased] += self._biases
        self._offer(self._size)
        return self._size

    def _offer(self, count: int) -> None:
        """Makes the first rows the candidates; a sampler leaves pointer and size as it likes (XTC moves both)."""
        self._all.data, self._all.size, self._all.selected, self._all.sorted = self._data, count, -1, False

    def _drawn(self, chain: Any, count: int) -> int:
        self._offer(count)
        llama.llama_sampler_apply(chain, ctypes.byref(self._all))
        return int(self._all.data[max(0, self._all.selected)].id)

    def _fits(self, token: int) -> bool:
        self._row[0] = llama.llama_token_data(id=token, logit=1.0, p=0.0)
        self._one.size = 1
        llama.llama_sampler_apply(self._grammar, ctypes.byref(self._one))
        return bool(self._row[0].logit > _FORBIDDEN)


def _candidates(data: Any) -> Any:
    return llama.llama_token_data_array(data=data, size=0, selected=-1, sorted=False)
