"""Keeps the KV state of each conversation while another is held: in memory within a budget, then on disk.

A conversation that comes back goes on where it was, and one that comes back after a restart too. What is not worth it
(little that is evaluated soon) is not kept.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine.kv_state import KvState, Script
from app.engine.prompt_cache import PromptCache, common_length
from app.engine.prompt_tokens import PromptTokens
from app.engine.state_folder import Head, StateFolder

WORTH_TOKENS: Final = 256
WORTH_S: Final = 0.3
"""What takes so many tokens, or seconds to evaluate, is kept rather than evaluated again."""

NEWS: Final = 8
"""A conversation's file is written again when one part of so many is new: each byte is written a few times at most."""

WRITTEN_A_SECOND: Final = 300e6
"""Bytes a second; at the end a file is written again, too, where that takes less than evaluating what is new."""

SPILL: Final = 2
"""What has to be written yet, or is copied to be written, takes at most this many times the budget of the memory."""


@dataclass(frozen=True)
class _Kept:
    state: KvState
    script: Script | None


class States:
    """Switches one context between conversations; an empty id is a conversation that is not kept."""

    def __init__(
        self, cache: PromptCache, prompts: PromptTokens, memory_bytes: int, folder: StateFolder | None
    ) -> None:
        self.script: Script | None = None
        """What is held, as text."""
        self._cache = cache
        self._prompts = prompts
        self._memory_bytes = memory_bytes
        self._folder = folder
        self._held = ""
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._leaving: OrderedDict[str, _Kept] = OrderedDict()
        self._on_disk: dict[str, array[int]] = {}

    def remember_texts(self, conversation_id: str) -> None:
        """Takes in, before a conversation is tokenized, which tokens an earlier process sampled in it."""
        if conversation_id and conversation_id not in self._on_disk:
            head = self._look(conversation_id)
            if head is not None and head.script is not None:
                self._prompts.learn(conversation_id, head.script)

    def switch(self, conversation_id: str, prompt: Sequence[int], *, may_shift: bool = False) -> None:
        """Lets the context hold as much of ``prompt`` as is known; what it held of another one is put aside."""
        if conversation_id != self._held:
            self._put_aside()
            self._held, self.script = conversation_id, None
        reach = self._cache.reach(prompt, may_shift=may_shift)
        if conversation_id and self._is_worth(len(prompt) - reach):
            self._bring_back(conversation_id, prompt, reach, may_shift)

    def forget(self, conversation_id: str) -> None:
        """Keeps nothing of a conversation any more, nor of what is held of it."""
        self._kept.pop(conversation_id, None)
        self._leaving.pop(conversation_id, None)
        self._on_disk.pop(conversation_id, None)
        if conversation_id == self._held:
            self._held = ""
        if self._folder is not None:
            self._folder.forget(conversation_id)

    def write(self, is_interrupted: Callable[[], bool], *, is_last: bool = False) -> None:
        """Writes to disk what is worth it, all of it where this is the last time, until ``is_interrupted``."""
        if self._folder is None:
            return
        for shelf in (self._leaving, self._kept):
            for conversation_id, kept in list(shelf.items()):
                if is_interrupted():
                    return
                state = kept.state
                is_news = self._is_news(conversation_id, state.tokens, state.n_bytes, is_last)
                if not is_news or self._write(conversation_id, kept, is_interrupted):
                    self._leaving.pop(conversation_id, None)
        tokens, n_bytes = self._cache.tokens, self._cache.state_bytes()
        if self._held and not is_interrupted() and self._is_news(self._held, tokens, n_bytes, is_last):
            copied = self._copy(min(SPILL * self._memory_bytes, self._folder.limit()))
            if copied is not None:
                self._write(self._held, copied, is_interrupted)

    def _put_aside(self) -> None:
        if not self._held or not self._is_worth(len(self._cache.tokens)):
            return
        copied = self._copy(self._memory_bytes if self._folder is None else SPILL * self._memory_bytes)
        if copied is None:
            return
        self._leaving.pop(self._held, None)
        self._kept[self._held] = copied
        self._kept.move_to_end(self._held)
        while _size(self._kept) > self._memory_bytes:
            conversation_id, kept = self._kept.popitem(last=False)
            state = kept.state
            if self._folder is not None and self._is_news(conversation_id, state.tokens, state.n_bytes, is_last=True):
                self._leaving[conversation_id] = kept
        while _size(self._leaving) > SPILL * self._memory_bytes:
            self._leaving.popitem(last=False)

    def _bring_back(self, conversation_id: str, prompt: Sequence[int], reach: int, may_shift: bool) -> None:
        kept = self._kept.get(conversation_id) or self._leaving.get(conversation_id)
        head = self._look(conversation_id)
        in_memory = self._cache.reach_of(kept.state, prompt, may_shift=may_shift) if kept else 0
        on_disk = self._cache.reach_of(head.outline(), prompt, may_shift=may_shift) if head else 0
        state: KvState | None = None
        if kept is not None and in_memory >= on_disk and self._is_worth(in_memory - reach):
            state = kept.state
        elif self._folder is not None and self._is_worth(on_disk - reach):
            state = self._folder.read(conversation_id)
        if state is not None and self._cache.take(state):
            self._kept.pop(conversation_id, None)
            self._leaving.pop(conversation_id, None)

    def _copy(self, most_bytes: int) -> _Kept | None:
        if self._cache.state_bytes() > most_bytes:
            return None
        state = self._cache.copy()
        return None if state is None else _Kept(state, self.script)

    def _look(self, conversation_id: str) -> Head | None:
        head = self._folder.look(conversation_id) if self._folder is not None else None
        self._on_disk[conversation_id] = head.tokens if head is not None else array("i")
        return head

    def _is_news(self, conversation_id: str, tokens: Sequence[int], n_bytes: int, is_last: bool) -> bool:
        """Whether so much of ``tokens`` is not on disk that it is worth to write ``n_bytes``."""
        new = len(tokens) - common_length(self._on_disk.get(conversation_id, ()), tokens)
        if not self._is_worth(new):
            return False
        is_cheap = n_bytes / WRITTEN_A_SECOND < new * self._cache.seconds_a_token
        return NEWS * new >= len(tokens) or (is_last and is_cheap)

    def _write(self, conversation_id: str, kept: _Kept, is_interrupted: Callable[[], bool]) -> bool:
        assert self._folder is not None
        is_written = self._folder.write(conversation_id, kept.state, kept.script, is_interrupted)
        self._look(conversation_id)
        return is_written

    def _is_worth(self, n_tokens: int) -> bool:
        return n_tokens >= WORTH_TOKENS or n_tokens * self._cache.seconds_a_token > WORTH_S


def _size(shelf: OrderedDict[str, _Kept]) -> int:
    return sum(kept.state.n_bytes for kept in shelf.values())
