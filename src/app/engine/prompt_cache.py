"""What the context holds: tokens that were evaluated, what of a prompt they spare, and how the rest is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.errors import ModelRefused, OutOfMemory, PromptTooLong
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel

DECODE_NO_ROOM: Final = 1
DECODE_ABORTED: Final = 2
DECODE_NO_MEMORY: Final = -2
DECODE_NO_SUCH_TOKEN: Final = -1


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

    def reuse(self, prompt: Sequence[int]) -> int:
        """Keeps the longest beginning of ``prompt`` that the context holds, but for its last token; returns its length.

        Recurrent and hybrid memories refuse to forget a part, and a sliding window has lost what lies before it:
        both begin again.
        """
        known = self.tokens
        same, most = 0, min(len(known), len(prompt) - 1)
        while same < most and known[same] == prompt[same]:
            same += 1
        if same < len(known):
            lost = llama.llama_memory_seq_pos_min(self._memory, 0) > max(0, same - self._n_swa)
            if (self._n_swa and lost) or not llama.llama_memory_seq_rm(self._memory, 0, same, -1):
                llama.llama_memory_clear(self._memory, True)
                same = 0
            del known[same:]
        return same

    def evaluate(self, prompt: Sequence[int], on_progress: Callable[[int], None]) -> bool:
        """Evaluates what of ``prompt`` follows the tokens that are held. Returns False when cancelled.

        ``on_progress`` gets how many tokens are held, after each batch. Raises PromptTooLong,
        OutOfMemory, ModelRefused, DecodeFailed.
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
        if status == DECODE_NO_SUCH_TOKEN:
            raise ModelRefused(path=self._info.path, log="its vocabulary cannot write this text")
        raise DecodeFailed(f"llama_decode returned {status}")

    def forget_the_rest(self) -> None:
        """After a failed decode the memory itself knows what it holds."""
        del self.tokens[int(llama.llama_memory_seq_pos_max(self._memory, 0)) + 1 :]
