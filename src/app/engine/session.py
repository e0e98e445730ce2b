"""A loaded model and its context: from a request to a prompt to a reply, and the reuse of what was evaluated before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.domain.errors import PromptTooLong, TemplateFailed
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
    PromptProgress,
    TextDelta,
    Timings,
    Usage,
)
from app.engine.chat_template import CHATML_END, ChatTemplate
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel
from app.engine.prompt_cache import DECODE_NO_ROOM, PromptCache
from app.engine.sampling import SamplerChain
from app.engine.speculation import Speculation
from app.engine.token_loop import TokenLoop
from app.engine.vocabulary import Vocabulary
from app.engine.wire import TemplateDone, TemplateStarted

Emit = Callable[[GenerationEvent | TemplateStarted | TemplateDone], None]


@dataclass
class _Run:
    """One generation under way: what it has produced and when."""

    request: GenerationRequest
    emit: Emit
    arrived: float
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)


class Session:
    """One model and one context, used from one thread. ``abort`` may be set from any thread."""

    def __init__(self, loaded: LoadedModel, abort: AbortFlag) -> None:
        self.info = loaded.info
        self._context = loaded.context
        self._cache = PromptCache(loaded, abort)
        self._vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded.model))
        self._template = ChatTemplate(
            loaded.template, self._vocabulary.bos_text, self._vocabulary.eos_text, lambda: abort.is_set
        )
        self._loop = TokenLoop(loaded.context, self._vocabulary, abort)
        self._speculation = Speculation(loaded, self._vocabulary, abort)

    def generate(self, request: GenerationRequest, emit: Emit, arrived: float) -> Finished:
        """Generates one reply and returns its end; everything before goes to ``emit``.

        ``arrived`` is when the request came (``time.monotonic()``). Raises PromptTooLong, TemplateFailed,
        OutOfMemory, and DecodeFailed where this process must not go on.
        """
        run = _Run(request, emit, arrived)
        llama.llama_perf_context_reset(self._context)
        prompt = self._prompt(run)
        if prompt is None or not self._evaluate(prompt, run):
            return Finished(request.id, FinishReason.CANCELLED, run.usage, self._prompt_timings())
        run.timings = self._prompt_timings()
        chain = SamplerChain(request.sampling, self._vocabulary.size, prompt)
        try:
            reason = self._sample(chain, run, self._limit(request, len(prompt)))
            return Finished(request.id, reason, run.usage, run.timings)
        finally:
            chain.close()

    def _prompt(self, run: _Run) -> list[int] | None:
        """Returns the tokens of the prompt, None when cancelled."""
        request, guard = run.request, self._vocabulary.guard
        messages = [replace(message, content=guard(message.content)) for message in request.messages]
        begun = ""
        if request.continue_last and messages and messages[-1].role == "assistant":
            begun = messages.pop().content
        run.emit(TemplateStarted(request.id))
        try:
            rendered = self._template.render(messages)
        finally:
            run.emit(TemplateDone(request.id))
        if rendered is None:
            return None
        n_ctx = self.info.n_ctx
        tokens = self._vocabulary.prompt_tokens(rendered + begun, n_ctx)
        run.usage = Usage(prompt_tokens=len(tokens))
        if not tokens:
            raise TemplateFailed(reason="it writes an empty prompt")
        if len(tokens) > n_ctx:
            raise PromptTooLong(tokens=len(tokens), n_ctx=n_ctx)
        return tokens

    def _limit(self, request: GenerationRequest, n_prompt: int) -> int:
        """Returns how many tokens may be sampled: the last one needs no room, as nothing follows it."""
        room = self.info.n_ctx - n_prompt + 1
        return room if request.max_tokens is None else min(request.max_tokens, room)

    def _evaluate(self, prompt: list[int], run: _Run) -> bool:
        """Evaluates what of ``prompt`` the context does not hold yet. Returns False when cancelled."""
        cached = self._cache.reuse(prompt)
        run.usage = Usage(prompt_tokens=len(prompt), cached_tokens=cached)

        def progressed(done: int) -> None:
            run.emit(PromptProgress(run.request.id, done, len(prompt)))

        progressed(cached)
        return self._cache.evaluate(prompt, progressed)

    def _sample(self, chain: SamplerChain, run: _Run, limit: int) -> FinishReason:
        """Generates the reply; returns why it ended."""
        request = run.request
        stop = self._stop_strings(request)
        sampled = self._loop.run(
            chain.pointer,
            limit,
            stop,
            request.ignore_end,
            lambda text: run.emit(TextDelta(request.id, text)),
            self._speculation.begin(request, self._cache.tokens),
        )
        self._cache.tokens += sampled.tokens[: sampled.n_decoded]
        run.timings = replace(
            run.timings, first_token_s=sampled.first_at - run.arrived, tokens_per_s=sampled.tokens_per_s
        )
        run.usage = replace(run.usage, completion_tokens=len(sampled.tokens))
        return self._reason_of(sampled.status) if sampled.status else sampled.reason

    def _reason_of(self, status: int) -> FinishReason:
        self._cache.forget_the_rest()
        if status == DECODE_NO_ROOM:
            return FinishReason.LENGTH
        self._cache.is_no_failure(status, len(self._cache.tokens))
        return FinishReason.CANCELLED

    def _stop_strings(self, request: GenerationRequest) -> tuple[str, ...]:
        """ChatML's end is a stop string for a model that has no such token but is spoken to in ChatML."""
        if self.info.has_template or self._vocabulary.has_control(CHATML_END):
            return request.stop
        return (*request.stop, CHATML_END)

    def _prompt_timings(self) -> Timings:
        """Reads llama.cpp's counters of the prompt, before anything else is evaluated."""
        llama.llama_synchronize(self._context)  # it counts what it has waited for
        counted = llama.llama_perf_context(self._context)
        seconds = counted.t_p_eval_ms / 1000
        return Timings(
            load_s=self.info.load_s,
            prompt_tokens_per_s=counted.n_p_eval / seconds if counted.n_p_eval and seconds > 0 else 0.0,
        )
