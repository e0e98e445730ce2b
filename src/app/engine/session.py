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
    PromptMessage,
    PromptProgress,
    Timings,
    Usage,
)
from app.engine.chat_template import CHATML_END, ChatTemplate
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel
from app.engine.prompt_cache import DECODE_ABORTED, DECODE_NO_ROOM, PromptCache
from app.engine.sampling import SamplerChain
from app.engine.template_probe import TemplateTraits, probe
from app.engine.thinking import ReplyStream, Thinking
from app.engine.token_loop import ReplyText, Sampled, TokenLoop
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
    first_token_s: float = 0.0
    stream: ReplyStream = field(init=False)

    def __post_init__(self) -> None:
        self.stream = ReplyStream(self.request.id, None, self.emit)


class Session:
    """One model and one context, used from one thread. ``abort`` may be set from any thread."""

    def __init__(self, loaded: LoadedModel, abort: AbortFlag) -> None:
        self._context = loaded.context
        self._cache = PromptCache(loaded, abort)
        self._vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded.model))
        self._abort = abort
        self._template = self._template_of(loaded.template)
        traits = probe(self._template) if not loaded.template_problem else TemplateTraits(loaded.template_problem)
        traits = traits or TemplateTraits()
        if traits.problem:
            self._template = self._template_of(None)
        self._thinking = Thinking(traits, self._vocabulary)
        self.info = replace(
            loaded.info,
            has_template=loaded.info.has_template and not traits.problem,
            template_problem=traits.problem,
            can_think=bool(traits.markers),
            can_switch_thinking=traits.can_switch,
            thinks_by_default=traits.thinks_by_default,
        )
        self._loop = TokenLoop(loaded.context, self._vocabulary, abort)

    def generate(self, request: GenerationRequest, emit: Emit, arrived: float) -> Finished:
        """Generates one reply and returns its end; everything before goes to ``emit``.

        ``arrived`` is when the request came (``time.monotonic()``). Raises PromptTooLong, TemplateFailed,
        OutOfMemory, and DecodeFailed where this process must not go on.
        """
        run = _Run(request, emit, arrived)
        llama.llama_perf_context_reset(self._context)
        prompt = self._prompt(run)
        if prompt is None or not self._evaluate(prompt, run):
            return Finished(request.id, FinishReason.CANCELLED, run.usage, self._timings(run, 0.0))
        chain = SamplerChain(request.sampling, self._vocabulary.size, prompt)
        try:
            reason = self._sample(chain, run, prompt, self._limit(request, len(prompt)))
            return Finished(request.id, reason, run.usage, self._timings(run, chain.seconds()))
        finally:
            chain.close()

    def _template_of(self, source: str | None) -> ChatTemplate:
        vocabulary, abort = self._vocabulary, self._abort
        return ChatTemplate(source, vocabulary.bos_text, vocabulary.eos_text, lambda: abort.is_set)

    def _prompt(self, run: _Run) -> list[int] | None:
        """Returns the tokens of the prompt, None when cancelled."""
        request, guard = run.request, self._vocabulary.guard
        messages = [
            PromptMessage(message.role, guard(message.content), guard(message.reasoning))
            for message in request.messages
        ]
        begun = None
        if request.continue_last and messages and messages[-1].role == "assistant":
            begun = messages.pop()
        run.emit(TemplateStarted(request.id))
        try:
            rendered = self._template.render(
                self._thinking.adapted(request, messages), self._thinking.variables(request)
            )
        finally:
            run.emit(TemplateDone(request.id))
        if rendered is None:
            return None
        n_ctx = self.info.n_ctx
        text, splitter = self._thinking.begin(rendered, begun)
        run.stream = ReplyStream(request.id, splitter, run.emit)
        tokens = self._vocabulary.prompt_tokens(text, n_ctx)
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

    def _sample(self, chain: SamplerChain, run: _Run, prompt: list[int], limit: int) -> FinishReason:
        """Generates the reply; returns why it ended."""
        text = ReplyText(self._vocabulary, self._stop_strings(run.request), run.stream.show)
        run.stream.begin()
        sampled = self._reply(chain, run, prompt, text, limit)
        text.emit_rest()
        run.stream.finish()
        run.usage = replace(run.usage, completion_tokens=len(sampled.tokens))
        return self._reason_of(sampled.status) if sampled.status else sampled.reason

    def _reply(self, chain: SamplerChain, run: _Run, prompt: list[int], text: ReplyText, limit: int) -> Sampled:
        """Samples at most ``limit`` tokens; reasoning that is over its budget is ended, and the answer begun."""
        budget = run.request.thinking_budget
        bound = budget if 0 < budget < limit else limit
        while True:
            sampled = self._loop.run(chain.pointer, bound - len(text.tokens), text, run.request.ignore_end)
            self._cache.tokens[len(prompt) :] = sampled.tokens[: sampled.n_decoded]
            run.first_token_s = run.first_token_s or sampled.first_at - run.arrived
            text.emit()
            ended_itself = sampled.reason is FinishReason.STOP and not text.stream.is_stopped
            if sampled.status or text.stream.is_stopped or len(text.tokens) >= limit:
                return sampled
            if ended_itself and not (run.stream.is_reasoning and self._thinking.ends_by_ending(run.stream)):
                return sampled
            if not ended_itself and (text.stream.is_within_character or run.stream.is_undecided):
                bound += 1
            else:
                way_out = self._thinking.way_out(run.stream) if run.stream.is_reasoning else []
                text.add(way_out[: limit - len(text.tokens)])
                bound = limit
            if len(text.tokens) >= limit:
                return Sampled(text.tokens, sampled.n_decoded, sampled.first_at)
            if not self._cache.evaluate([*prompt, *text.tokens], lambda _: None):
                return Sampled(text.tokens, len(self._cache.tokens) - len(prompt), sampled.first_at, DECODE_ABORTED)

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

    def _timings(self, run: _Run, sampling_s: float) -> Timings:
        """Reads llama.cpp's counters: evaluation of the prompt, and decoding with sampling."""
        counted = llama.llama_perf_context(self._context)
        prompt_s, decoding_s = counted.t_p_eval_ms / 1000, counted.t_eval_ms / 1000 + sampling_s
        return Timings(
            load_s=self.info.load_s,
            first_token_s=run.first_token_s,
            prompt_tokens_per_s=counted.n_p_eval / prompt_s if counted.n_p_eval and prompt_s > 0 else 0.0,
            tokens_per_s=counted.n_eval / decoding_s if counted.n_eval and decoding_s > 0 else 0.0,
            reasoning_s=run.stream.reasoning_s,
        )
