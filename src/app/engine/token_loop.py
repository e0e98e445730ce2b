"""The one loop of the product that samples and decodes token by token.

What runs once a token is kept to the least: every decode sweeps the processor's caches, so that each step of Python
costs some times what it costs in a loop of its own (measured beside a C++ loop in the same process: 18 µs a token with
checked arguments and a text for each token, of 350 µs for the starter).
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.generation import FinishReason
from app.engine.llama_library import AbortFlag, llama, unchecked
from app.engine.prompt_cache import DECODE_ABORTED
from app.engine.sampling import SamplerChain
from app.engine.speculation import Drafts
from app.engine.text_stream import TextStream
from app.engine.vocabulary import Vocabulary

EMIT_EVERY_S: Final = 1 / 30

_decode: Final = unchecked("llama_decode")
_LAST_OUTPUT: Final = ctypes.c_int32(-1)


@dataclass
class Sampled:
    """What a loop gave: its tokens, how many of them the context holds, when the first came, and why it ended.

    ``status`` is what the decode returned that ended it, else 0 and ``reason`` counts. Times are of ``time.monotonic``.
    """

    tokens: list[int] = field(default_factory=list)
    n_decoded: int = 0
    first_at: float = 0.0
    ended_at: float = 0.0
    status: int = 0
    reason: FinishReason = FinishReason.LENGTH


class TokenLoop:
    """Samples from one context, whose last decode had an output. ``keep_going`` passes the model's own end."""

    def __init__(self, context: Any, vocabulary: Vocabulary, abort: AbortFlag) -> None:
        self._context = _pointer(context)
        self._vocabulary = vocabulary
        self._abort = abort
        self._token = (llama.llama_token * 1)()
        self._batch = llama.llama_batch_get_one(self._token, 1)

    def run(
        self, sampler: SamplerChain, limit: int, keep_going: bool, text: ReplyText, drafts: Drafts | None = None
    ) -> Sampled:
        """Gives at most ``limit`` tokens more; they go to ``text``, which is shown thirty times a second at most.

        It may be called again for the same reply, once the context holds all tokens so far. Who calls it lets the rest
        of the text show. With ``drafts`` those decode, several tokens at once where they can.
        """
        sample, decode, clock, chain = sampler.sample, _decode, time.monotonic, _pointer(sampler.pointer)
        context, buffer, batch, row = self._context, self._token, self._batch, _LAST_OUTPUT
        ordinary, is_end, piece = self._vocabulary.ordinary, self._vocabulary.is_end, self._vocabulary.piece
        before, stop = len(text.tokens), text.has_stop
        given = Sampled()
        keep, emit_at, n_waiting = text.tokens.append, 0.0, 1
        for left in range(limit - 1, -1, -1):
            token = sample(chain, context, row)
            if token < 0:
                given.reason, n_waiting = FinishReason.STOP, 0
                break
            if token not in ordinary and is_end(token) and not keep_going:
                given.reason, n_waiting = FinishReason.STOP, 0
                break
            keep(token)
            if stop and text.stream.feed(piece(token)):
                given.reason = FinishReason.STOP
                break
            if (now := clock()) >= emit_at:
                given.first_at = given.first_at or now
                if text.emit():
                    emit_at = now + EMIT_EVERY_S
                if self._abort.is_set:
                    given.status = DECODE_ABORTED
                    break
            if not left:
                break
            if drafts is None:
                buffer[0] = token
                given.status = decode(context, batch)
            else:
                given.status = drafts.advance(token, left)
                row = drafts.row
            if given.status:
                break
        given.ended_at = clock()
        given.first_at = given.first_at or given.ended_at
        given.tokens = text.tokens[before:]
        given.n_decoded = max(0, len(given.tokens) - n_waiting)
        if drafts is not None:
            drafts.end(given.n_decoded)
        return given


class ReplyText:
    """The tokens of one reply and their text; with stop strings the loop feeds ``stream`` itself, token by token."""

    def __init__(self, vocabulary: Vocabulary, stop: tuple[str, ...], show: Callable[[str], None]) -> None:
        self.tokens: list[int] = []
        self.stream = TextStream(stop)
        self.has_stop = bool(stop)
        self._piece = vocabulary.piece
        self._n_fed = 0
        self._show = show

    def add(self, tokens: list[int]) -> None:
        """Takes tokens that were not sampled but belong to the reply."""
        self.tokens += tokens
        if self.has_stop:
            self.stream.feed(b"".join(map(self._piece, tokens)))

    def emit(self) -> bool:
        """Shows what became certain; returns whether there was anything."""
        self._feed()
        text = self.stream.take()
        if text:
            self._show(text)
        return bool(text)

    def emit_rest(self) -> None:
        """Shows everything, as no token follows."""
        self._feed()
        text = self.stream.finish()
        if text:
            self._show(text)

    def _feed(self) -> None:
        if not self.has_stop:
            self.stream.feed(b"".join(map(self._piece, self.tokens[self._n_fed :])))
            self._n_fed = len(self.tokens)


def _pointer(value: Any) -> Any:
    """Returns ``value`` as a ctypes pointer, which a function without argument types needs."""
    return ctypes.c_void_p(value) if isinstance(value, int) else value
