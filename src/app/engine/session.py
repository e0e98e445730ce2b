"""A loaded model and its context: from a request to a prompt to a reply, and the reuse of what was evaluated before."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from app.domain.errors import GrammarDeadEnd, GrammarTooSlow, PromptTooLong, TemplateFailed
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
from app.engine.kv_state import Script
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel
from app.engine.prompt_cache import DECODE_NO_ROOM, PromptCache
from app.engine.prompt_tokens import PromptTokens
from app.engine.sampling import STEP_WITHIN_S, SamplerChain
from app.engine.state_folder import StateFolder
from app.engine.states import States
from app.engine.token_loop import TokenLoop
from app.engine.vocabulary import Vocabulary
from app.engine.wire import EXIT_IDLE, TemplateDone, TemplateStarted

Emit = Callable[[GenerationEvent | TemplateStarted | TemplateDone], None]


@dataclass
class _Run:
    """One generation under way: what it has produced and when."""

    request: GenerationRequest
    emit: Emit
    arrived: float
    usage: Usage = field(default_factory=Usage)
    first_token_s: float = 0.0


class Session:
    """One model and one context, used from one thread. ``abort`` may be set from any thread."""

    def __init__(
        self, loaded: LoadedModel, abort: AbortFlag, state_memory_bytes: int = 0, folder: StateFolder | None = None
    ) -> None:
        """The KV states of conversations take ``state_memory_bytes`` and are written to ``folder``."""
        self.info = loaded.info
        self._abort = abort
        self._context = loaded.context
        self._cache = PromptCache(loaded, abort)
        self._vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded.model))
        self._prompts = PromptTokens(self._vocabulary)
        self.states = States(self._cache, self._prompts, state_memory_bytes, folder)
        self._template = ChatTemplate(
            loaded.template, self._vocabulary.bos_text, self._vocabulary.eos_text, lambda: abort.is_set
        )
        self._loop = TokenLoop(loaded.context, self._vocabulary, abort)

    def generate(self, request: GenerationRequest, emit: Emit, arrived: float) -> Finished:
        """Generates one reply and returns its end; everything before goes to ``emit``.

        ``arrived`` is when the request came (``time.monotonic()``). Raises PromptTooLong, TemplateFailed,
        OutOfMemory, what says that the grammar is no good, and DecodeFailed where this process must not go on.
        """
        run = _Run(request, emit, arrived)
        llama.llama_perf_context_reset(self._context)
        script = self._prompt(run)
        if script is None:
            return self._cancelled(run)
        chain = SamplerChain(request.sampling, self._vocabulary, script.tokens)
        try:
            if not self._evaluate(script, run):
                return self._cancelled(run)
            reason = self._sample(chain, run, script)
            if chain.is_stuck:
                raise GrammarDeadEnd
            return Finished(request.id, reason, run.usage, self._timings(run, chain.seconds()))
        finally:
            chain.close()

    def _cancelled(self, run: _Run) -> Finished:
        return Finished(run.request.id, FinishReason.CANCELLED, run.usage, self._timings(run, 0.0))

    def _prompt(self, run: _Run) -> Script | None:
        """Returns the prompt with its tokens, None when cancelled."""
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
        self.states.remember_texts(request.conversation_id)
        script = self._prompts.script(request.conversation_id, rendered + begun, n_ctx)
        run.usage = Usage(prompt_tokens=len(script.tokens))
        if not script.tokens:
            raise TemplateFailed(reason="it writes an empty prompt")
        if len(script.tokens) > n_ctx:
            raise PromptTooLong(tokens=len(script.tokens), n_ctx=n_ctx)
        return script

    def _limit(self, request: GenerationRequest, n_prompt: int) -> int:
        """Returns how many tokens may be sampled: the last one needs no room, as nothing follows it."""
        room = self.info.n_ctx - n_prompt + 1
        return room if request.max_tokens is None else min(request.max_tokens, room)

    def _evaluate(self, script: Script, run: _Run) -> bool:
        """Evaluates what of the prompt the context does not hold yet. Returns False when cancelled."""
        prompt = script.tokens
        self.states.switch(run.request.conversation_id, prompt)
        self.states.script = script
        cached = self._cache.reuse(prompt)
        run.usage = Usage(prompt_tokens=len(prompt), cached_tokens=cached)

        def progressed(done: int) -> None:
            run.emit(PromptProgress(run.request.id, done, len(prompt)))

        progressed(cached)
        return self._cache.evaluate(prompt, progressed, script.border)

    def _sample(self, chain: SamplerChain, run: _Run, script: Script) -> FinishReason:
        """Generates the reply to ``script``; returns why it ended."""
        request = run.request
        stop, limit = self._stop_strings(request), self._limit(request, len(script.tokens))
        with chain.watched(self._abort, lambda: self._give_up(run)):
            sampled = self._loop.run(
                chain, limit, stop, request.ignore_end, lambda text: run.emit(TextDelta(request.id, text))
            )
        self._cache.tokens += sampled.tokens[: sampled.n_decoded]
        self.states.script = self._prompts.replied(request.conversation_id, script, sampled.tokens, stop)
        run.first_token_s = sampled.first_at - run.arrived
        run.usage = replace(run.usage, completion_tokens=len(sampled.tokens))
        return self._reason_of(sampled.status) if sampled.status else sampled.reason

    def _give_up(self, run: _Run) -> NoReturn:
        """Ends this process, as a step of the grammar does not: the next request loads the model again."""
        error = None if self._abort.is_set else GrammarTooSlow(seconds=round(STEP_WITHIN_S)).report()
        reason = FinishReason.ERROR if error else FinishReason.CANCELLED
        run.emit(Finished(run.request.id, reason, run.usage, error=error))
        os._exit(EXIT_IDLE)

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
        )
