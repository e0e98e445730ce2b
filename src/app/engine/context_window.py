"""Decides what of a conversation the model sees when not all of it fits, without remembering anything between prompts.

The cut moves by whole quarters of the window: so many tokens go that it stays where it is until a quarter more was
said. It follows from the messages alone, so a count, the reply after it and the next start of the program agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from app.domain.errors import AppError, ContextFull, PromptTooLong
from app.domain.generation import ContextPolicy, GenerationRequest, PromptMessage
from app.engine.prompt_writer import PromptWriter, WrittenPrompt
from app.engine.wire import Counted

QUARTER: Final = 4
SUMMARY_SHARE: Final = 8
SUMMARY_NOTE: Final = "Summary of the conversation before the messages that follow:"


@dataclass(frozen=True)
class View:
    """A prompt and what it shows: the start that stays, then the messages from index ``first`` on.

    ``left_out`` messages lie between; ``is_unsummarised`` where some of them should have a summary first. ``written``
    tokens of the reply follow the ``prompt``.
    """

    prompt: WrittenPrompt
    first: int
    left_out: int
    is_unsummarised: bool = False
    written: tuple[int, ...] = ()

    @property
    def tokens(self) -> list[int]:
        """All tokens, those of the reply too."""
        return [*self.prompt.script.tokens, *self.written]


class ContextWindow:
    """The window of ``n_ctx`` tokens of one loaded model."""

    def __init__(self, writer: PromptWriter, n_ctx: int) -> None:
        self._writer = writer
        self.n_ctx = n_ctx
        self.summary_limit = max(16, n_ctx // SUMMARY_SHARE)

    def view(self, request: GenerationRequest, written: Sequence[int] = (), after: int = -1) -> View | None:
        """Returns what the model gets to see for ``request``, None when cancelled.

        ``written`` tokens of the reply follow it. Only views that begin beyond message ``after`` count.
        Raises ContextFull where the policy lets nothing go, PromptTooLong where nothing is left to go, TemplateFailed.
        """
        asked = _Asked.of(request)
        starts = [start for start in asked.starts if start > after]
        if request.policy is ContextPolicy.STOP:
            return self._whole(asked, starts)
        return self._rolled(asked, starts, written)

    def has_more_to_leave_out(self, request: GenerationRequest) -> bool:
        """Whether there is a shorter view than the whole one."""
        return len(_Asked.of(request).starts) > 1

    def count(self, request: GenerationRequest) -> Counted | None:
        """Measures the prompt of ``request``, whose last message is the draft; None when cancelled."""
        draft = request.messages[-1].content if request.messages else ""
        try:
            view = self.view(request)
            drafted = self._writer.weight(draft) if draft else 0
        except AppError as error:
            tokens = "".join(filter(str.isdecimal, error.values.get("tokens", ""))) or 0
            return Counted(request.id, int(tokens), self.n_ctx, 0, 0, 0, error.report())
        if view is None:
            return None
        tokens_seen = len(view.tokens) + (self.summary_limit if view.is_unsummarised else 0)
        return Counted(request.id, tokens_seen, self.n_ctx, view.first, view.left_out, drafted)

    def _whole(self, asked: _Asked, starts: Sequence[int]) -> View | None:
        """The view of everything. Tells apart whether leaving something out would help."""
        n_tokens: object
        try:
            whole = self._prompt(asked, starts[0])
        except PromptTooLong as error:
            if len(starts) == 1:
                raise
            n_tokens = error.values["tokens"]
        else:
            if whole is None:
                return None
            n_tokens = len(whole.script.tokens)
            if n_tokens <= self.n_ctx:
                return View(whole, starts[0], starts[0] - asked.head)
            if len(starts) == 1:
                raise PromptTooLong(tokens=n_tokens, n_ctx=self.n_ctx)
        least = self._prompt(asked, starts[-1])
        if least is None:
            return None
        if len(least.script.tokens) > self.n_ctx:
            raise PromptTooLong(tokens=len(least.script.tokens), n_ctx=self.n_ctx)
        raise ContextFull(tokens=n_tokens, n_ctx=self.n_ctx)

    def _rolled(self, asked: _Asked, starts: Sequence[int], written: Sequence[int]) -> View | None:
        """The earliest view that leaves room for a reply; the last one only has to fit."""
        request = asked.request
        wanted = self.n_ctx // QUARTER
        if request.max_tokens is not None:
            wanted = min(wanted, max(1, request.max_tokens - len(written)))
        is_summarising = request.policy is ContextPolicy.SUMMARISE
        room = self.n_ctx - wanted - len(written)
        n_tokens = len(written)
        for start in self._tries(asked, starts, room):
            is_unsummarised = is_summarising and start > asked.begin
            spare = self.summary_limit if is_unsummarised else 0
            is_last = start == starts[-1]
            try:
                prompt = self._prompt(asked, start)
            except PromptTooLong:
                if is_last:
                    raise
                continue
            if prompt is None:
                return None
            n_tokens = len(prompt.script.tokens) + len(written)
            if len(prompt.script.tokens) <= (self.n_ctx - len(written) if is_last else room - spare):
                return View(prompt, start, start - asked.head, is_unsummarised, tuple(written))
        raise PromptTooLong(tokens=n_tokens, n_ctx=self.n_ctx)

    def _tries(self, asked: _Asked, starts: Sequence[int], room: int) -> Sequence[int]:
        """Returns the starts worth a try: those behind as many whole quarters of the window as are too much.

        The estimate is a little high, so that everything is tried, too, where it is hardly too much.
        """
        if not starts:
            return ()
        weights = [self._writer.weight(message.content) for message in asked.messages]
        total = self._writer.frame + sum(weights[: asked.head]) + sum(weights[asked.begin :])
        if asked.request.policy is ContextPolicy.SUMMARISE:
            total += self.summary_limit
        if asked.begun:
            total += self._writer.weight(asked.begun.content + asked.begun.reasoning)
        quarter = max(1, self.n_ctx // QUARTER)
        quarters = -(-(total - room) // quarter)
        gone = [0, *accumulate(weights[asked.begin :])]
        enough = (number for number, start in enumerate(starts) if gone[start - asked.begin] >= quarters * quarter)
        behind = starts[next(enough, len(starts) - 1) :]
        is_close = quarters == 1 and starts[0] == asked.begin and behind[0] != starts[0]
        return [starts[0], *behind] if is_close else behind

    def _prompt(self, asked: _Asked, start: int) -> WrittenPrompt | None:
        shown = [*asked.messages[: asked.head], *asked.messages[start:]]
        if asked.summary:
            shown = with_note(shown, asked.summary)
        return self._writer.write(shown, asked.request, asked.begun)


@dataclass(frozen=True)
class _Asked:
    """A request taken apart: ``messages`` without the reply that is ``begun``; the first ``head`` of them stay.

    Messages from ``head`` to ``begin`` are gone for good, as ``summary`` stands for them.
    """

    request: GenerationRequest
    messages: tuple[PromptMessage, ...]
    begun: PromptMessage | None
    summary: str
    head: int
    begin: int

    @classmethod
    def of(cls, request: GenerationRequest) -> _Asked:
        messages, begun = request.messages, None
        if request.continue_last and messages and messages[-1].role == "assistant":
            messages, begun = messages[:-1], messages[-1]
        head = 1 if messages and messages[0].role == "system" else 0
        if request.pinned:
            head = min(head + request.pinned, len(messages))
            while head < len(messages) and messages[head].role == "assistant":
                head += 1
        last = _last_question(messages)
        head = min(head, last)
        is_summarised = bool(request.summary) and request.policy is ContextPolicy.SUMMARISE
        begin = min(max(head, request.summarised), last) if is_summarised else head
        return cls(request, messages, begun, request.summary if is_summarised else "", head, begin)

    @property
    def starts(self) -> list[int]:
        """The messages with which a view may begin: the first one, and each that begins a turn."""
        last = _last_question(self.messages)
        later = (index for index in range(self.begin + 1, last + 1) if self.messages[index].role == "user")
        return [self.begin, *later]


def _last_question(messages: Sequence[PromptMessage]) -> int:
    """Returns the index of the last message of the person; it is seen whatever happens."""
    return next((index for index in range(len(messages) - 1, -1, -1) if messages[index].role == "user"), 0)


def with_note(messages: Sequence[PromptMessage], summary: str) -> list[PromptMessage]:
    """Returns ``messages`` with the summary of what came before them at the end of the system prompt."""
    note = f"{SUMMARY_NOTE}\n{summary}"
    if messages and messages[0].role == "system":
        return [replace(messages[0], content=f"{messages[0].content}\n\n{note}"), *messages[1:]]
    return [PromptMessage("system", note), *messages]
