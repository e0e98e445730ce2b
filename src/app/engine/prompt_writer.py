"""Writes messages as the tokens of a prompt and knows what each message adds to one, before and without writing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from app.domain.errors import PromptTooLong, TemplateFailed
from app.domain.generation import GenerationRequest, PromptMessage
from app.engine.chat_template import ChatTemplate
from app.engine.kv_state import Script
from app.engine.prompt_tokens import PromptTokens
from app.engine.reasoning import ReasoningSplitter
from app.engine.thinking import Thinking
from app.engine.vocabulary import Vocabulary

KNOWN_MESSAGES: Final = 1024


@dataclass(frozen=True)
class WrittenPrompt:
    """A prompt with its tokens, and what takes the reply to it apart; without that all of it is answer."""

    script: Script
    splitter: ReasoningSplitter | None = None


class PromptWriter:
    """Chat template and vocabulary of one model, for a context window of ``n_ctx`` tokens."""

    def __init__(
        self, vocabulary: Vocabulary, prompts: PromptTokens, template: ChatTemplate, thinking: Thinking, n_ctx: int
    ) -> None:
        """``prompts`` remembers the tokens of texts."""
        self._vocabulary = vocabulary
        self._prompts = prompts
        self._template = template
        self._thinking = thinking
        self._n_ctx = n_ctx
        self._guard = lru_cache(KNOWN_MESSAGES)(vocabulary.guard)
        self._content_tokens = lru_cache(KNOWN_MESSAGES)(self._count_content)

    def write(
        self, messages: Sequence[PromptMessage], request: GenerationRequest, begun: PromptMessage | None = None
    ) -> WrittenPrompt | None:
        """Returns the prompt, up to where the reply begins or after what is ``begun`` of it; None when cancelled.

        ``request`` says of which conversation it is and how the model is to think. Raises TemplateFailed, and
        PromptTooLong where it certainly does not fit.
        """
        guarded = [self._guarded(message) for message in messages]
        rendered = self._template.render(self._thinking.adapted(request, guarded), self._thinking.variables(request))
        if rendered is None:
            return None
        text, splitter = self._thinking.begin(rendered, begun and self._guarded(begun))
        script = self._prompts.script(request.conversation_id, text, self._n_ctx)
        if not script.tokens:
            raise TemplateFailed(reason="it writes an empty prompt")
        return WrittenPrompt(script, splitter)

    def weight(self, text: str) -> int:
        """Returns about how many tokens a message with this text adds; one that is hopeless counts as a whole window.

        Exact but for what the tokenizer joins across the message's borders and what the template says only once.
        """
        return self._content_tokens(text) + self._frame[1]

    @property
    def frame(self) -> int:
        """About how many tokens the template itself adds to any prompt."""
        return self._frame[0]

    def _guarded(self, message: PromptMessage) -> PromptMessage:
        return PromptMessage(message.role, self._guard(message.content), self._guard(message.reasoning))

    def _count_content(self, text: str) -> int:
        try:
            return len(self._vocabulary.prompt_tokens(self._guard(text), self._n_ctx))
        except PromptTooLong:
            return self._n_ctx + 1

    @cached_property
    def _frame(self) -> tuple[int, int]:
        """Tokens that the template adds to a prompt and to each message, measured on one message and on three."""
        letter = self._content_tokens("x")
        turns = [PromptMessage(role, "x") for role in ("user", "assistant", "user")]
        prompts = (self.write(turns[:count], GenerationRequest("", ())) for count in (1, 3))
        one, three = (len(prompt.script.tokens) if prompt else 0 for prompt in prompts)
        each = max(0, -(-(three - one) // 2) - letter)
        return max(0, one - letter - each), each
