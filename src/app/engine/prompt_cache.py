"""What the context holds: tokens that were evaluated, what of a prompt they spare, and how the rest is evaluated."""

from __future__ import annotations

import ctypes
import time
from array import array
from collections.abc import Callable, Sequence
from typing import Final

from app.domain.errors import ModelRefused, OutOfMemory, PromptTooLong
from app.engine.kv_state import Checkpoint, KvState
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel

DECODE_NO_ROOM: Final = 1
DECODE_ABORTED: Final = 2
DECODE_NO_MEMORY: Final = -2
DECODE_NO_SUCH_TOKEN: Final = -1

CHECKPOINT_BYTES: Final = 256 * 1024 * 1024
TIMED_TOKENS: Final = 32
WHOLE: Final = 0
PARTIAL: Final = llama.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY

SHORTEST_RUN: Final = 32
"""Tokens that have to follow each other for it to be worth to move them."""


class DecodeFailed(Exception):
    """llama.cpp failed in a way after which its context cannot be trusted; the process has to end."""


class PromptCache:
    """The memory of one context, used from one thread. ``tokens`` are those that it holds, from position 0 on.

    A recurrent or hybrid memory cannot forget its last tokens, and a sliding window has lost those before it. What
    such a memory holds at the end of each prompt is copied: ``checkpoints`` are the places to which it can go back.
    """

    def __init__(self, loaded: LoadedModel, abort: AbortFlag, checkpoint_bytes: int = CHECKPOINT_BYTES) -> None:
        """``checkpoint_bytes`` is how much memory the checkpoints may take together."""
        self.tokens: list[int] = []
        self.seconds_a_token = 0.0
        """How long evaluating a token took in the last prompt."""
        self._checkpoints: list[Checkpoint] = []
        self._checkpoint_bytes = checkpoint_bytes
        self._info = loaded.info
        self._context = loaded.context
        self._memory = llama.llama_get_memory(loaded.context)
        self._n_batch = int(llama.llama_n_batch(loaded.context))
        self._n_swa = int(llama.llama_model_n_swa(loaded.model))
        self._abort = abort
        self._is_recurrent = bool(
            llama.llama_model_is_recurrent(loaded.model) or llama.llama_model_is_hybrid(loaded.model)
        )
        self._can_shift = bool(llama.llama_memory_can_shift(self._memory)) and not self._is_recurrent
        self._is_shifted = False
        self._is_moving = False

    def reuse(self, prompt: Sequence[int], *, may_shift: bool = False) -> int:
        """Keeps the longest beginning of ``prompt`` that the context holds, but for its last token; returns its length.

        With ``may_shift``, what follows in the prompt and stands later in the context moves up to its new place, where
        the memory can do that: as llama-server's ``cache_reuse`` an approximation, because a moved key was calculated
        after tokens that are gone. What holds moved keys is of no use to a prompt that may not shift.

        A memory that cannot go back to where the prompt parts from it goes back to the checkpoint before, or begins
        again.
        """
        if self._is_shifted and not may_shift:
            self.clear()
        same = common_length(self.tokens, prompt)
        if same == len(self.tokens) < len(prompt):
            self._keep_checkpoint()
            return same
        same = min(same, len(prompt) - 1)
        if may_shift and self._can_shift and not self._has_lost_the_window(same):
            same = self._move_up(prompt, same)
        self._cut(same)
        return len(self.tokens)

    def reach(self, prompt: Sequence[int], *, may_shift: bool = False) -> int:
        """Returns how many tokens of ``prompt`` `reuse` would keep, without what it would move."""
        if self._is_shifted and not may_shift:
            return 0
        same = min(common_length(self.tokens, prompt), len(prompt) - 1)
        if same == len(self.tokens) or not (self._is_recurrent or self._has_lost_the_window(same)):
            return same
        return max((point.n_tokens for point in self._checkpoints if point.n_tokens <= same), default=0)

    def reach_of(self, state: KvState, prompt: Sequence[int], *, may_shift: bool = False) -> int:
        """Returns how many tokens of ``prompt`` `reuse` would keep after `take` of ``state``."""
        if state.is_shifted and not may_shift:
            return 0
        same = min(common_length(state.tokens, prompt), len(prompt) - 1)
        if same == len(state.tokens) or not (self._is_recurrent or 0 < self._n_swa < len(state.tokens)):
            return same
        return max((point.n_tokens for point in state.checkpoints if point.n_tokens <= same), default=0)

    def state_bytes(self) -> int:
        """Returns about how many bytes `copy` would take."""
        held = int(llama.llama_state_seq_get_size(self._context, 0)) if self.tokens else 0
        return held + sum(len(point.data) for point in self._checkpoints)

    def copy(self) -> KvState | None:
        """Returns a copy of what is held; None where there is nothing, or keys are about to be moved."""
        if not self.tokens or self._is_moving:
            return None
        data = self._state(WHOLE)
        if not data:
            return None
        return KvState(array("i", self.tokens), data, tuple(self._checkpoints), self._is_shifted)

    def take(self, state: KvState) -> bool:
        """Puts what ``state`` holds in the place of what is held; False (and nothing is held) where that fails.

        ``state`` has to come from `copy` unharmed, in a context that is alike: llama.cpp checks little of it.
        """
        if not self._set_state(state.data, len(state.tokens), WHOLE):
            self.clear()
            return False
        self.tokens = list(state.tokens)
        self._checkpoints = list(state.checkpoints)
        self._is_shifted, self._is_moving = state.is_shifted, False
        return True

    def clear(self) -> None:
        """Forgets everything."""
        llama.llama_memory_clear(self._memory, True)
        self.tokens.clear()
        self._checkpoints.clear()
        self._is_shifted = self._is_moving = False

    def _has_lost_the_window(self, length: int) -> bool:
        """Whether a token after the first ``length`` ones would look at some that a sliding window has dropped."""
        return self._n_swa > 0 and self._first_position() > max(0, length - self._n_swa)

    def _first_position(self) -> int:
        return int(llama.llama_memory_seq_pos_min(self._memory, 0))

    def _needs_checkpoints(self) -> bool:
        return self._is_recurrent or (self._n_swa > 0 and self._first_position() > 0)

    def _cut(self, length: int) -> None:
        """Forgets what follows the first ``length`` tokens, or more where the memory cannot forget just that."""
        if length == len(self.tokens) == self._n_positions():
            return
        is_cut = not self._has_lost_the_window(length) and self._remove_from(length)
        while not is_cut and self._checkpoints:
            point = self._checkpoints.pop()
            if 0 < point.n_tokens <= length and self._set_state(point.data, 0, PARTIAL):
                length = point.n_tokens
                is_cut = self._remove_from(length) and self._n_positions() == length
        if not is_cut:
            self.clear()
        del self.tokens[length:]
        self._checkpoints = [point for point in self._checkpoints if point.n_tokens <= length]

    def _n_positions(self) -> int:
        return int(llama.llama_memory_seq_pos_max(self._memory, 0)) + 1

    def _remove_from(self, length: int) -> bool:
        return bool(llama.llama_memory_seq_rm(self._memory, 0, length, -1))

    def _keep_checkpoint(self) -> None:
        n_tokens = len(self.tokens)
        if not n_tokens or not self._needs_checkpoints():
            return
        if self._checkpoints and self._checkpoints[-1].n_tokens == n_tokens:
            return
        size = int(llama.llama_state_seq_get_size_ext(self._context, 0, PARTIAL))
        if size > self._checkpoint_bytes:
            return
        while self._checkpoints and sum(len(point.data) for point in self._checkpoints) + size > self._checkpoint_bytes:
            del self._checkpoints[0]
        data = self._state(PARTIAL)
        if data:
            self._checkpoints.append(Checkpoint(n_tokens, data))

    def _state(self, flags: int) -> memoryview:
        size = int(llama.llama_state_seq_get_size_ext(self._context, 0, flags))
        data = bytearray(size)
        written = llama.llama_state_seq_get_data_ext(
            self._context, (ctypes.c_uint8 * size).from_buffer(data), size, 0, flags
        )
        return memoryview(data)[:written]

    def _set_state(self, data: memoryview, n_tokens: int, flags: int) -> bool:
        """Returns whether all of ``data`` was taken and, unless ``n_tokens`` is 0, so many tokens are held then."""
        size = len(data)
        source = (ctypes.c_uint8 * size).from_buffer(data)
        taken = llama.llama_state_seq_set_data_ext(self._context, source, size, 0, flags)
        return taken == size and n_tokens in (0, self._n_positions())

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

    def evaluate(self, prompt: Sequence[int], on_progress: Callable[[int], None], border: int = 0) -> bool:
        """Evaluates what of ``prompt`` follows the tokens that are held. Returns False when cancelled.

        ``on_progress`` gets how many tokens are held, after each batch. ``border`` is where the next prompt may part
        from this one: a memory that needs it gets a checkpoint there. Raises PromptTooLong, OutOfMemory, ModelRefused,
        DecodeFailed.
        """
        began, n_held = time.monotonic(), len(self.tokens)
        while (done := len(self.tokens)) < len(prompt):
            if self._abort.is_set:
                return False
            if done == border:
                self._keep_checkpoint()
            end = done + self._n_batch
            if done < border < end and self._needs_checkpoints():
                end = border
            piece = list(prompt[done:end])
            tokens = (llama.llama_token * len(piece))(*piece)
            status = llama.llama_decode(self._context, llama.llama_batch_get_one(tokens, len(piece)))
            if status != 0:
                self.forget_the_rest()
                return self.is_no_failure(status, len(prompt))
            self._is_moving = False
            self.tokens += piece
            on_progress(len(self.tokens))
        if len(prompt) - n_held >= TIMED_TOKENS:
            self.seconds_a_token = (time.monotonic() - began) / (len(prompt) - n_held)
        return True

    def is_no_failure(self, status: int, n_tokens: int) -> bool:
        """Returns False where ``status`` of a decode says cancelled; raises what else it says."""
        if status == DECODE_ABORTED:
            return False
        if status == DECODE_NO_ROOM:
            raise PromptTooLong(tokens=n_tokens, n_ctx=self._info.n_ctx)
        if status == DECODE_NO_MEMORY:
            raise OutOfMemory(name=self._info.name)
        if status == DECODE_NO_SUCH_TOKEN:
            raise ModelRefused(path=self._info.path, log="its vocabulary cannot write this text")
        raise DecodeFailed(f"llama_decode returned {status}")

    def forget_the_rest(self) -> None:
        """After a failed decode: keeps what memory and ``tokens`` agree on, nothing where that cannot be told.

        A recurrent state is then beyond its tokens and wrong, and keys may have been moved by half.
        """
        held = self._n_positions()
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
