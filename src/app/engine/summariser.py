"""Lets the model itself summarise the turns that do not fit any more, as a last question to what it has evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.errors import PromptTooLong
from app.domain.generation import GenerationRequest, PromptMessage, SamplingParameters
from app.engine.context_window import ContextWindow, with_note
from app.engine.prompt_cache import PromptCache
from app.engine.prompt_writer import PromptWriter, WrittenPrompt
from app.engine.sampling import SamplerChain
from app.engine.thinking import ReplyStream, Thinking
from app.engine.token_loop import ReplyText, TokenLoop
from app.engine.vocabulary import Vocabulary

INSTRUCTION: Final = (
    "Summarise our conversation up to here for yourself, in its own language, in at most {words} words. Keep names, "
    "numbers, decisions, wishes and open questions. Write only the summary."
)
SAMPLING: Final = SamplingParameters(temperature=0.0, repeat_penalty=1.1)
SHORTEST_TEXT: Final = 64
WITHOUT_THINKING: Final = GenerationRequest("", (), thinking=False)


class Summariser:
    """Writes summaries of at most ``window.summary_limit`` tokens; what the context held before is gone then."""

    def __init__(
        self,
        writer: PromptWriter,
        thinking: Thinking,
        vocabulary: Vocabulary,
        cache: PromptCache,
        loop: TokenLoop,
        window: ContextWindow,
        stop: tuple[str, ...],
    ) -> None:
        self._writer = writer
        self._thinking = thinking
        self._vocabulary = vocabulary
        self._cache = cache
        self._loop = loop
        self._limit = window.summary_limit
        self._room = window.n_ctx - window.summary_limit
        self._stop = stop

    def write(
        self,
        head: Sequence[PromptMessage],
        earlier: str,
        messages: Sequence[PromptMessage],
        on_progress: Callable[[int, int], None],
    ) -> str | None:
        """Returns a summary of ``earlier`` (the summary so far) and ``messages``, which follow ``head``.

        None when cancelled. ``on_progress`` gets the tokens done and how many there are at most. More messages than
        the context window holds are taken part by part. Raises TemplateFailed, PromptTooLong, OutOfMemory and
        DecodeFailed.
        """
        rest = list(messages)
        while rest:
            found = self._largest_part(head, earlier, rest)
            if found is None:
                return None
            prompt, count = found
            written = self._written(prompt, on_progress)
            if written is None:
                return None
            earlier, rest = written or earlier, rest[count:]
        return earlier

    def _largest_part(
        self, head: Sequence[PromptMessage], earlier: str, messages: Sequence[PromptMessage]
    ) -> tuple[list[int], int] | None:
        """Returns the prompt for as many of ``messages`` as fit, and how many: a single one loses its middle."""
        part = list(messages)
        while True:
            shown = with_note([*head, *part], earlier) if earlier else [*head, *part]
            question = PromptMessage("user", INSTRUCTION.format(words=self._limit // 2))
            try:
                prompt = self._writer.write([*shown, question], WITHOUT_THINKING)
            except PromptTooLong:
                n_tokens = self._room + 1
            else:
                if prompt is None:
                    return None
                tokens = self._answering(prompt)
                n_tokens = len(tokens)
                if n_tokens <= self._room:
                    return tokens, len(part)
            if len(part) > 1:
                part = part[: len(part) // 2]
            elif len(part[0].content) > SHORTEST_TEXT:
                part = [_without_middle(part[0])]
            else:
                raise PromptTooLong(tokens=n_tokens, n_ctx=self._room)

    def _answering(self, prompt: WrittenPrompt) -> list[int]:
        """Returns the tokens of a prompt, with the end of the reasoning that a template begins whatever it is told."""
        stream = ReplyStream("", prompt.splitter, lambda _delta: None)
        return [*prompt.script.tokens, *(self._thinking.way_out(stream) if stream.is_reasoning else ())]

    def _written(self, prompt: list[int], on_progress: Callable[[int, int], None]) -> str | None:
        total = len(prompt) + self._limit
        pieces: list[str] = []
        self._cache.reuse(prompt, may_shift=True)
        on_progress(len(self._cache.tokens), total)
        if not self._cache.evaluate(prompt, lambda done: on_progress(done, total)):
            return None

        def show(piece: str) -> None:
            pieces.append(piece)
            on_progress(len(prompt) + len(text.tokens), total)

        text = ReplyText(self._vocabulary, self._stop, show)
        chain = SamplerChain(SAMPLING, self._vocabulary, prompt)
        try:
            sampled = self._loop.run(chain, self._limit, False, text)
        finally:
            chain.close()
        self._cache.tokens += sampled.tokens[: sampled.n_decoded]
        if sampled.status:
            self._cache.forget_the_rest()
            if not self._cache.is_no_failure(sampled.status, len(self._cache.tokens)):
                return None
        text.emit_rest()
        return "".join(pieces).strip()


def _without_middle(message: PromptMessage) -> PromptMessage:
    quarter = len(message.content) // 4
    return PromptMessage(message.role, f"{message.content[:quarter]} … {message.content[-quarter:]}")
