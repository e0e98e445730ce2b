"""What the context holds: tokens that were evaluated, what of a prompt they spare, and how the rest is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.errors import OutOfMemory, PromptTooLong
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel

SHORTEST_CHUNK: Final = 32
"""Fewer tokens than these behind a gap are not worth a shift."""

DECODE_NO_ROOM: Final = 1
DECODE_ABORTED: Final = 2
DECODE_NO_MEMORY: Final = -2


class DecodeFailed(Exception):
    """llama.cpp failed in a way after which its context cannot be trusted; the process has to end."""


class PromptCache:
    """The memory of one context, used from one thread. ``tokens`` are those that it holds, from position 0 on."""

    def __init__(self, loaded: LoadedModel, abort: AbortFlag) -> None:
        self.tokens: list[int] = []
        self._info = loaded.info
        self._context = loaded.context
        self._memory = llama.llama_get_memory(loaded.context)
        self._n_batch = int(llama.llama_n_batch(loaded.context))
        self._n_swa = int(llama.llama_model_n_swa(loaded.model))
        self._abort = abort

    def reuse(self, prompt: Sequence[int], may_shift: bool = False) -> int:
        """Keeps the longest beginning of ``prompt`` that the context holds, but for its last token; returns its length.

        With ``may_shift`` what follows a gap moves up to it, where the memory allows that. Recurrent and hybrid
        memories refuse to forget a part, and a sliding window has lost what lies before it: both begin again.
        """
        known = self.tokens
        same, most = 0, min(len(known), len(prompt) - 1)
        while same < most and known[same] == prompt[same]:
            same += 1
        if may_shift and (found := self._behind_gap(prompt, same)):
            same = self._close_gap(same, *found)
        if same < len(known):
            lost = llama.llama_memory_seq_pos_min(self._memory, 0) > max(0, same - self._n_swa)
            if (self._n_swa and lost) or not llama.llama_memory_seq_rm(self._memory, 0, same, -1):
                llama.llama_memory_clear(self._memory, True)
                same = 0
            del known[same:]
        return same

    def _behind_gap(self, prompt: Sequence[int], same: int) -> tuple[int, int] | None:
        """Returns where what follows ``same`` tokens of ``prompt`` is held further on, from and to."""
        wanted = list(prompt[same:-1])
        probe = wanted[:SHORTEST_CHUNK]
        if len(probe) < SHORTEST_CHUNK or self._n_swa or not llama.llama_memory_can_shift(self._memory):
            return None
        known = self.tokens
        for start in range(same + 1, len(known) - SHORTEST_CHUNK + 1):
            if known[start] == probe[0] and known[start : start + SHORTEST_CHUNK] == probe:
                most = min(len(wanted), len(known) - start)
                length = next((n for n in range(most) if known[start + n] != wanted[n]), most)
                return start, start + length
        return None

    def _close_gap(self, same: int, start: int, end: int) -> int:
        """Moves the tokens from ``start`` to ``end`` up to the first ``same`` ones; returns how many these are now."""
        if not llama.llama_memory_seq_rm(self._memory, 0, same, start):
            return same
        llama.llama_memory_seq_add(self._memory, 0, start, -1, same - start)
        del self.tokens[same:start]
        return same + end - start

    def evaluate(self, prompt: Sequence[int], on_progress: Callable[[int], None]) -> bool:
        """Evaluates what of ``prompt`` follows the tokens that are held. Returns False when cancelled.

        ``on_progress`` gets how many tokens are held, after each batch. Raises PromptTooLong,
        OutOfMemory, DecodeFailed.
        """
        while (done := len(self.tokens)) < len(prompt):
            if self._abort.is_set:
                return False
            piece = list(prompt[done : done + self._n_batch])
            tokens = (llama.llama_token * len(piece))(*piece)
            status = llama.llama_decode(self._context, llama.llama_batch_get_one(tokens, len(piece)))
            if status != 0:
                self.forget_the_rest()
                return self.is_no_failure(status, len(prompt))
            self.tokens += piece
            on_progress(len(self.tokens))
        return True

    def is_no_failure(self, status: int, n_tokens: int) -> bool:
        """Returns False where ``status`` of a decode says cancelled; raises what else it says."""
        if status == DECODE_ABORTED:
            return False
        if status == DECODE_NO_ROOM:
            raise PromptTooLong(tokens=n_tokens, n_ctx=self._info.n_ctx)
        if status == DECODE_NO_MEMORY:
            raise OutOfMemory(name=self._info.name)
        raise DecodeFailed(f"llama_decode returned {status}")

    def forget_the_rest(self) -> None:
        """After a failed decode the memory itself knows what it holds."""
        del self.tokens[int(llama.llama_memory_seq_pos_max(self._memory, 0)) + 1 :]
