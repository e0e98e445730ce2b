"""What the context holds: tokens that were evaluated, what of a prompt they spare, and how the rest is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.errors import OutOfMemory, PromptTooLong
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel

DECODE_NO_ROOM: Final = 1
DECODE_ABORTED: Final = 2
DECODE_NO_MEMORY: Final = -2

SHORTEST_RUN: Final = 32
"""Tokens that have to follow each other for it to be worth to move them."""


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
        is_recurrent = llama.llama_model_is_recurrent(loaded.model) or llama.llama_model_is_hybrid(loaded.model)
        self._can_shift = bool(llama.llama_memory_can_shift(self._memory)) and not is_recurrent
        self._is_shifted = False
        self._is_moving = False

    def reuse(self, prompt: Sequence[int], *, may_shift: bool = False) -> int:
        """Keeps the longest beginning of ``prompt`` that the context holds, but for its last token; returns its length.

        With ``may_shift``, what follows in the prompt and stands later in the context moves up to its new place, where
        the memory can do that: as llama-server's ``cache_reuse`` an approximation, because a moved key was calculated
        after tokens that are gone. What holds moved keys is of no use to a prompt that may not shift.

        Recurrent and hybrid memories refuse to forget a part, and a sliding window has lost what lies before it:
        both begin again.
        """
        if self._is_shifted and not may_shift:
            self.clear()
        same = common_length(self.tokens, prompt)
        if same == len(self.tokens) < len(prompt):
            return same
        same = min(same, len(prompt) - 1)
        if self._has_lost_the_window(same):
            self.clear()
            return 0
        if may_shift and self._can_shift:
            same = self._move_up(prompt, same)
        self._cut(same)
        return len(self.tokens)

    def clear(self) -> None:
        """Forgets everything."""
        llama.llama_memory_clear(self._memory, True)
        self.tokens.clear()
        self._is_shifted = self._is_moving = False

    def _has_lost_the_window(self, length: int) -> bool:
        """Whether a token after the first ``length`` ones would look at some that a sliding window has dropped."""
        if not self._n_swa:
            return False
        return bool(llama.llama_memory_seq_pos_min(self._memory, 0) > max(0, length - self._n_swa))

    def _cut(self, length: int) -> None:
        """Forgets what follows the first ``length`` tokens, or everything where the memory cannot forget a part."""
        if llama.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self.tokens[length:]
        else:
            self.clear()

    def _move_up(self, prompt: Sequence[int], length: int) -> int:
        """Moves runs of the rest of ``prompt`` to their new place, behind ``length`` tokens; returns the new length.

        Source: n_cache_reuse in llama.cpp's tools/server/server-context.cpp.
        """
        known, at, most = self.tokens, length, len(prompt) - 1
        while length < most and at < len(known):
            run = min(common_length(known, prompt, at, length), most - length)
            if run < SHORTEST_RUN:
                at += 1
                continue
            llama.llama_memory_seq_rm(self._memory, 0, length, at)
            llama.llama_memory_seq_add(self._memory, 0, at, at + run, length - at)
            self._is_shifted = self._is_moving = True
            known[length : length + run] = known[at : at + run]
            at, length = at + run, length + run
        return length

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
            self._is_moving = False
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
        """After a failed decode: keeps what memory and ``tokens`` agree on, nothing where that cannot be told.

        A recurrent state is then beyond its tokens and wrong, and keys may have been moved by half.
        """
        held = int(llama.llama_memory_seq_pos_max(self._memory, 0)) + 1
        if self._is_moving:
            self.clear()
        elif held > len(self.tokens):
            self._cut(len(self.tokens))
        else:
            del self.tokens[held:]


def common_length(left: Sequence[int], right: Sequence[int], left_at: int = 0, right_at: int = 0) -> int:
    """Returns how many tokens are the same, from ``left_at`` and ``right_at`` on."""
    same, most = 0, min(len(left) - left_at, len(right) - right_at)
    while same < most and left[left_at + same] == right[right_at + same]:
        same += 1
    return same
