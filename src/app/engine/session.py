"""A loaded model and its context: from a request to a prompt to a reply, and the reuse of what was evaluated before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NoReturn

from app.domain.errors import AppError, ContextFull, GrammarDeadEnd, GrammarTooSlow, PromptTooLong, ReplyTooLong
from app.domain.generation import (
    ContextPolicy,
    ContextView,
    Finished,
    FinishReason,
    GenerationEvent,
    GenerationRequest,
    PromptProgress,
    Summarised,
    SummaryProgress,
    Timings,
    Usage,
)
from app.engine.chat_template import CHATML_END, ChatTemplate
from app.engine.context_window import ContextWindow, View
from app.engine.llama_library import AbortFlag, llama
from app.engine.model_loading import LoadedModel
from app.engine.prompt_cache import DECODE_ABORTED, DECODE_NO_ROOM, PromptCache
from app.engine.prompt_tokens import PromptTokens
from app.engine.prompt_writer import PromptWriter
from app.engine.sampling import STEP_WITHIN_S, SamplerChain
from app.engine.speculation import Speculation
from app.engine.state_folder import StateFolder
from app.engine.states import States
from app.engine.summariser import Summariser
from app.engine.template_probe import TemplateTraits, probe
from app.engine.thinking import ReplyStream, Thinking
from app.engine.token_loop import ReplyText, Sampled, TokenLoop
from app.engine.vocabulary import Vocabulary
from app.engine.wire import EXIT_IDLE, TemplateDone, TemplateStarted

Emit = Callable[[GenerationEvent | TemplateStarted | TemplateDone], None]


@dataclass
class _Run:
    """One generation under way: what it has produced and when. Its ``request`` gets the summaries that are made."""

    request: GenerationRequest
    emit: Emit
    arrived: float
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    n_timed: int = 0
    timed_s: float = 0.0

    def note(self, sampled: Sampled) -> None:
        """Counts tokens, and the time that they took after the first of them."""
        first_token_s = self.timings.first_token_s or sampled.first_at - self.arrived
        self.n_timed += max(0, len(sampled.tokens) - 1)
        self.timed_s += sampled.ended_at - sampled.first_at
        pace = self.n_timed / self.timed_s if self.n_timed and self.timed_s > 0 else 0.0
        self.timings = replace(self.timings, first_token_s=first_token_s, tokens_per_s=pace)


class Session:
    """One model and one context, used from one thread. ``abort`` may be set from any thread."""

    def __init__(
        self, loaded: LoadedModel, abort: AbortFlag, state_memory_bytes: int = 0, folder: StateFolder | None = None
    ) -> None:
        """The KV states of conversations take ``state_memory_bytes`` and are written to ``folder``."""
        self._abort = abort
        self._context = loaded.context
        self._cache = PromptCache(loaded, abort)
        self._vocabulary = Vocabulary(llama.llama_model_get_vocab(loaded.model))
        self._prompts = PromptTokens(self._vocabulary)
        self.states = States(self._cache, self._prompts, state_memory_bytes, folder)
        template, traits = self._usable_template(loaded)
        self._thinking = Thinking(traits, self._vocabulary)
        self.info = replace(
            loaded.info,
            has_template=loaded.info.has_template and not traits.problem,
            template_problem=traits.problem,
            can_think=bool(traits.markers),
            can_switch_thinking=traits.can_switch,
            thinks_by_default=traits.thinks_by_default,
        )
        writer = PromptWriter(self._vocabulary, self._prompts, template, self._thinking, self.info.n_ctx)
        self.window = ContextWindow(writer, self.info.n_ctx)
        self._loop = TokenLoop(loaded.context, self._vocabulary, abort)
        self._speculation = Speculation(loaded, self._vocabulary, abort)
        self._summariser = Summariser(
            writer, self._thinking, self._vocabulary, self._cache, self._loop, self.window, self._stop_strings(())
        )

    def generate(self, request: GenerationRequest, emit: Emit, arrived: float) -> Finished:
        """Generates one reply and returns its end; everything before goes to ``emit``.

        ``arrived`` is when the request came (``time.monotonic()``). Raises PromptTooLong, ContextFull, TemplateFailed,
        OutOfMemory, what says that the grammar is no good, and DecodeFailed where this process must not go on.
        """
        if request.sampling.grammar or request.sampling.json_schema:
            request = replace(request, thinking=False)  # the grammar is for the answer
        run = _Run(request, emit, arrived)
        llama.llama_perf_context_reset(self._context)
        self.states.remember_texts(request.conversation_id)
        view = self._view(run)
        if view is None:
            return self._cancelled(run)
        chain = SamplerChain(request.sampling, self._vocabulary, view.tokens)
        try:
            if not self._evaluate_prompt(view, run):
                return self._cancelled(run)
            run.timings = self._prompt_timings()
            return self._replied(chain, run, view)
        finally:
            chain.close()

    def _replied(self, chain: SamplerChain, run: _Run, view: View) -> Finished:
        request = run.request
        stream = ReplyStream(request.id, view.prompt.splitter, run.emit)
        text = ReplyText(self._vocabulary, self._stop_strings(request.stop), stream.show)
        stream.begin()
        try:
            with chain.watched(self._abort, lambda: self._give_up(run)):
                reason, error = self._reply(chain, run, view, text, stream)
        finally:
            text.emit_rest()
            stream.finish()
        if chain.is_stuck:
            raise GrammarDeadEnd
        run.usage = replace(run.usage, completion_tokens=len(text.tokens))
        report = error.report() if error is not None else None
        return Finished(request.id, reason, run.usage, replace(run.timings, reasoning_s=stream.reasoning_s), report)

    def _usable_template(self, loaded: LoadedModel) -> tuple[ChatTemplate, TemplateTraits]:
        """Returns the model's chat template and what it is good for; ChatML where it cannot be used."""
        template = self._template_of(loaded.template)
        problem = loaded.template_problem
        traits = TemplateTraits(problem) if problem else probe(template) or TemplateTraits()
        return (self._template_of(None) if traits.problem else template), traits

    def _template_of(self, source: str | None) -> ChatTemplate:
        vocabulary, abort = self._vocabulary, self._abort
        return ChatTemplate(source, vocabulary.bos_text, vocabulary.eos_text, lambda: abort.is_set)

    def _cancelled(self, run: _Run) -> Finished:
        return Finished(run.request.id, FinishReason.CANCELLED, run.usage, self._prompt_timings())

    def _view(self, run: _Run, written: Sequence[int] = (), after: int = -1) -> View | None:
        """Returns the prompt, with a summary of what it leaves out where that is wanted; None when cancelled."""
        with self._rendering(run):
            view = self.window.view(run.request, written, after)
        if view is not None and view.is_unsummarised:
            self.states.switch(run.request.conversation_id, view.tokens, may_shift=True)
            if not self._summarise(run, view):
                return None
            with self._rendering(run):
                view = self.window.view(run.request, written, view.first - 1)
        if view is not None and view.left_out:
            run.emit(ContextView(run.request.id, view.first, view.left_out))
        return view

    def _summarise(self, run: _Run, view: View) -> bool:
        """Summarises what ``view`` leaves out. Returns False when cancelled."""
        request = run.request
        begin = view.first - view.left_out
        since = max(begin, request.summarised) if request.summary else begin

        def progressed(done: int, total: int) -> None:
            run.emit(SummaryProgress(request.id, done, total))

        self.states.script = None
        text = self._summariser.write(
            request.messages[:begin], request.summary, request.messages[since : view.first], progressed
        )
        if text:
            run.request = replace(request, summary=text, summarised=view.first)
            run.emit(Summarised(request.id, text, view.first))
        return text is not None

    @contextmanager
    def _rendering(self, run: _Run) -> Iterator[None]:
        run.emit(TemplateStarted(run.request.id))
        try:
            yield
        finally:
            run.emit(TemplateDone(run.request.id))

    def _evaluate_prompt(self, view: View, run: _Run) -> bool:
        """Evaluates what of the prompt the context does not hold yet. Returns False when cancelled.

        Only a rolled prompt may reuse what moved: what was evaluated after an old text still knows of that.
        """
        prompt, may_shift = view.tokens, view.left_out > 0
        self.states.switch(run.request.conversation_id, prompt, may_shift=may_shift)
        cached = self._cache.reuse(prompt, may_shift=may_shift)
        run.usage = Usage(prompt_tokens=len(prompt), cached_tokens=cached)
        run.emit(PromptProgress(run.request.id, cached, len(prompt)))
        return self._evaluate(view, run)

    def _evaluate(self, view: View, run: _Run) -> bool:
        prompt = view.tokens
        self.states.script = view.prompt.script
        return self._cache.evaluate(
            prompt, lambda done: run.emit(PromptProgress(run.request.id, done, len(prompt))), view.prompt.script.border
        )

    def _reply(
        self, chain: SamplerChain, run: _Run, view: View, text: ReplyText, stream: ReplyStream
    ) -> tuple[FinishReason, AppError | None]:
        """Generates the reply, beyond the end of the context window where its policy says how; returns why it ended."""
        most = run.request.max_tokens
        while True:
            reason = self._sample(chain, run, view, text, stream)
            if reason is not FinishReason.LENGTH or (most is not None and len(text.tokens) >= most):
                return reason, None
            if run.request.policy is ContextPolicy.STOP:
                return reason, self._full(run.request)
            try:
                rolled = self._view(run, text.tokens, after=view.first)
            except PromptTooLong:
                return reason, ReplyTooLong(n_ctx=self.info.n_ctx)
            if rolled is None:
                return FinishReason.CANCELLED, None
            view = rolled
            self._cache.reuse(view.tokens, may_shift=True)
            if not self._evaluate(view, run):
                return FinishReason.CANCELLED, None

    def _full(self, request: GenerationRequest) -> AppError:
        n_ctx = self.info.n_ctx
        if self.window.has_more_to_leave_out(request):
            return ContextFull(tokens=n_ctx, n_ctx=n_ctx)
        return ReplyTooLong(n_ctx=n_ctx)

    def _sample(self, chain: SamplerChain, run: _Run, view: View, text: ReplyText, stream: ReplyStream) -> FinishReason:
        """Generates until the reply ends or the context window is full; the last token of all needs no room."""
        request = run.request
        most = len(text.tokens) + self.info.n_ctx - len(view.tokens) + 1
        if request.max_tokens is not None:
            most = min(most, request.max_tokens)
        status, reason = self._stretch(chain, run, view, text, stream, most)
        stop = self._stop_strings(request.stop)
        self.states.script = self._prompts.replied(request.conversation_id, view.prompt.script, text.tokens, stop)
        return self._reason_of(status) if status else reason

    def _stretch(
        self, chain: SamplerChain, run: _Run, view: View, text: ReplyText, stream: ReplyStream, most: int
    ) -> tuple[int, FinishReason]:
        """Samples until the reply has ``most`` tokens; reasoning over its budget is ended, and the answer begun.

        Returns the status of the decode that ended it, else 0 and why it ended.
        """
        n_before, budget = len(text.tokens), self._thinking_budget(run.request, stream)
        bound = budget if n_before <= budget < most else most
        while True:
            drafts = self._speculation.begin(run.request, self._cache.tokens)
            sampled = self._loop.run(chain, bound - len(text.tokens), run.request.ignore_end, text, drafts)
            self._cache.tokens += sampled.tokens[: sampled.n_decoded]
            run.note(sampled)
            text.emit()
            if sampled.status or text.stream.is_stopped or len(text.tokens) >= most:
                return sampled.status, sampled.reason
            has_ended = sampled.reason is FinishReason.STOP
            if has_ended and not (stream.is_reasoning and self._thinking.ends_by_ending(stream)):
                return 0, FinishReason.STOP
            if not has_ended and (text.stream.is_within_character or stream.is_undecided):
                bound += 1
            else:
                way_out = self._thinking.way_out(stream) if stream.is_reasoning else []
                text.add(way_out[: most - len(text.tokens)])
                bound = most
            if len(text.tokens) >= most:
                return 0, FinishReason.LENGTH
            if not self._cache.evaluate([*view.tokens, *text.tokens[n_before:]], lambda _: None):
                return DECODE_ABORTED, FinishReason.CANCELLED

    def _thinking_budget(self, request: GenerationRequest, stream: ReplyStream) -> int:
        """Returns after how many tokens of the reply its reasoning is ended; −1 where it may go on."""
        if stream.is_reasoning and (request.sampling.grammar or request.sampling.json_schema):
            return 0
        return request.thinking_budget or -1

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

    def _stop_strings(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """ChatML's end is a stop string for a model that has no such token but is spoken to in ChatML."""
        if self.info.has_template or self._vocabulary.has_control(CHATML_END):
            return wanted
        return (*wanted, CHATML_END)

    def _prompt_timings(self) -> Timings:
        """Reads llama.cpp's counters of the prompt, before anything else is evaluated."""
        llama.llama_synchronize(self._context)  # it counts what it has waited for
        counted = llama.llama_perf_context(self._context)
        seconds = counted.t_p_eval_ms / 1000
        return Timings(
            load_s=self.info.load_s,
            prompt_tokens_per_s=counted.n_p_eval / seconds if counted.n_p_eval and seconds > 0 else 0.0,
        )
