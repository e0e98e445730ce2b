"""One conversation in the terminal, through the same store and the same engine as the window."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from app import i18n
from app.cli.interrupts import Interrupts
from app.cli.output import one_line
from app.cli.preset_option import choices_of, chosen_preset
from app.cli.sampling_options import chosen_sampling
from app.cli.workplace import Workplace
from app.domain.attachments import AttachmentPart
from app.domain.errors import AppError, from_report
from app.domain.generation import (
    ContextPolicy,
    ContextView,
    Finished,
    FinishReason,
    GenerationEvent,
    ReasoningDelta,
    Summarised,
    SummaryProgress,
    TextDelta,
    Timings,
    Usage,
)
from app.domain.language_model import ModelFile
from app.domain.presets import Choices, Preset
from app.services.attaching import attach_all
from app.services.conversing import Conversing, PendingReply, ReplyOptions
from app.services.load_guard import LoadGuard
from app.services.load_text import load_notice
from app.services.measuring import keep_measured
from app.services.opening import load_request
from app.services.recording import ReplyRecorder
from app.services.sampling import starting_sampling

PROMPT: Final = "> "
DONE, INTERRUPTED = 0, 130


class Talk:
    """Begins replies, shows them as they come and keeps them."""

    def __init__(self, workplace: Workplace, options: argparse.Namespace) -> None:
        self._workplace = workplace
        self._output = workplace.output
        self._options = options
        self._conversation_id: str | None = None
        self._conversing = Conversing(workplace.store, lambda: workplace.settings)
        self._model_file: ModelFile | None = None
        self._preset: Preset | None = None
        self._has_line = False
        self._left_out = 0
        self._has_aside = False
        self._attachments: tuple[AttachmentPart, ...] = ()

    def answer(self, text: str) -> int:
        """Answers one message and returns the exit code. Raises AppError."""
        try:
            self._prepare()
            reason = self._reply(text)
        except AppError as error:
            self._show(Finished("", FinishReason.ERROR, Usage(), Timings(), error.report()))
            raise
        return INTERRUPTED if reason is FinishReason.CANCELLED else DONE

    def converse(self) -> int:
        """Talks until the end of input and returns the exit code. Raises AppError where it cannot even begin."""
        model_file = self._prepare()
        with Interrupts(self._workplace.engine) as interrupts:
            is_loaded = self._load(interrupts)
        if not is_loaded:
            return INTERRUPTED
        if sys.stdin.isatty():
            self._output.notice(i18n.text("cli.chat.ready", name=model_file.name))
        while (text := self._read()) is not None:
            if not text.strip():
                continue
            try:
                self._reply(text)
            except AppError as error:
                self._output.notice(one_line("skald: " + i18n.error_sentence(error.key, error.values)))
        return DONE

    def _prepare(self) -> ModelFile:
        """Finds conversation and model file, so that a wrong name is told before anything is written."""
        self._preset = chosen_preset(self._options.preset, self._workplace.presets)
        wanted = self._options.model or self._preset_model()
        if self._options.conversation is not None:
            conversation = self._workplace.store.get(self._options.conversation)
            self._conversation_id = conversation.id
            wanted = wanted or self._usable(conversation.model)
        self._model_file = self._workplace.library.resolve(wanted)
        objection = None if self._options.model else LoadGuard(self._workplace.paths).objection(self._model_file)
        if objection is not None:
            raise objection
        self._attachments = attach_all([Path(name) for name in self._options.attach])
        if self._preset is not None and self._conversation_id is not None:
            choices = self._preset.applied_to(self._choices())
            self._workplace.store.put_choices(self._conversation_id, choices)
        return self._model_file

    def _preset_model(self) -> str | None:
        """Returns the name of the preset's model file; where that is not there any more it says so.

        A preset may come from somebody else: what it names is a model file of the library and never a path.
        """
        if self._preset is None or not self._preset.model:
            return None
        usable = self._usable(self._preset.model)
        if usable != self._preset.model:
            usable = None
            text = i18n.text("presets.applied_without_model", name=self._preset.name, model=self._preset.model)
            self._output.notice(one_line("skald: " + text))
        return usable

    def _usable(self, name: str) -> str | None:
        """Returns the model file's name that a conversation remembers, None where it is not there any more."""
        try:
            return self._workplace.library.resolve(name).name if name else None
        except AppError:
            return None

    def _reply(self, text: str) -> FinishReason:
        """Commits ``text``, streams the reply and records it. Raises AppError; the reply is recorded then, too."""
        pending = self._begin(text)
        self._attachments = ()  # they went with this message
        recorder = ReplyRecorder(self._workplace.store, pending)
        try:
            with Interrupts(self._workplace.engine) as interrupts:
                finished = Finished(pending.request.id, FinishReason.CANCELLED)
                if self._load(interrupts):
                    finished = self._stream(pending, recorder, interrupts)
                recorder.receive(finished)
        except AppError as error:
            recorder.abandon(error)
            raise
        finally:
            recorder.abandon()
        if finished.reason is FinishReason.ERROR and finished.error is not None:
            self._end_line()
            raise from_report(finished.error)
        self._show(finished)
        return finished.reason

    def _begin(self, text: str) -> PendingReply:
        options, choices, is_new = self._options, self._choices(), self._conversation_id is None
        assert self._model_file is not None
        own = self._workplace.model_settings(self._model_file.name)
        sampling = choices.sampling or starting_sampling(self._workplace.settings, own, self._model_file)
        thinking = choices.thinking
        if options.think is not None:
            thinking = replace(thinking, is_on=options.think)
        if options.thinking_budget is not None:
            thinking = replace(thinking, budget=options.thinking_budget)
        policy = ContextPolicy(options.context_policy) if options.context_policy else choices.policy
        system = choices.system_prompt if is_new and options.system is None else options.system
        pending = self._conversing.begin(
            text,
            conversation_id=self._conversation_id,
            model=self._model_file.name,
            system_prompt=system,
            options=ReplyOptions(chosen_sampling(options, sampling), options.max_tokens, policy, thinking),
            attachments=self._attachments,
        )
        self._conversation_id = pending.conversation_id
        if is_new and self._preset:
            self._workplace.store.put_choices(pending.conversation_id, replace(choices, system_prompt=system or ""))
        return pending

    def _choices(self) -> Choices:
        """Returns what the conversation has of its own, or what a new one begins with."""
        if self._conversation_id is not None:
            return choices_of(self._workplace.store.get(self._conversation_id))
        assert self._model_file is not None
        own = self._workplace.model_settings(self._model_file.name)
        begun = Choices(own.system_prompt or self._workplace.settings.system_prompt)
        return self._preset.applied_to(begun) if self._preset else begun

    def _load(self, interrupts: Interrupts) -> bool:
        """Loads the model file where it is not loaded, and tells whether it is; an interrupt prevents it."""
        assert self._model_file is not None
        name = self._model_file.name
        engine = self._workplace.engine

        def show(fraction: float) -> None:
            if self._output.is_json:
                self._output.record({"type": "loading", "fraction": fraction})
            else:
                percent = f"{fraction * 100:.0f}"
                self._output.progress(i18n.text("cli.chat.loading", name=name, percent=percent))

        if interrupts.is_asked:
            return False
        if engine.loaded is not None:
            return True
        try:
            own = self._workplace.model_settings(name)
            request = load_request(self._model_file, self._workplace.settings, own, self._workplace.tuner)
            info = engine.load(request, show)
        finally:
            self._output.progress("")
        if info is None:
            return False
        self._workplace.library.remember(self._model_file)
        keep_measured(self._workplace.measured, info)
        if notice := load_notice(info):
            self._output.notice(notice)
        if info.template_problem:
            self._output.notice(one_line("skald: " + i18n.text("template.problem", reason=info.template_problem)))
        if self._options.think is not None and not info.can_switch_thinking:
            self._output.notice("skald: " + i18n.text("cli.chat.no_switch", name=name))
        return True

    def _stream(self, pending: PendingReply, recorder: ReplyRecorder, interrupts: Interrupts) -> Finished:
        engine = self._workplace.engine
        for event in engine.generate(pending.request):
            if isinstance(event, Finished):
                return event
            if interrupts.is_asked:
                engine.cancel()
            recorder.receive(event)
            self._show(event)
        raise RuntimeError("a reply without an end")

    def _show(self, event: GenerationEvent) -> None:
        if self._output.is_json:
            self._record(event)
        elif isinstance(event, ReasoningDelta):
            self._output.aside(event.text)
            self._has_aside = True
        elif isinstance(event, TextDelta):
            self._end_aside()
            self._output.text(event.text)
            self._has_line = not event.text.endswith("\n")
        elif isinstance(event, ContextView):
            self._tell_view(event.left_out)
        elif isinstance(event, SummaryProgress):
            percent = f"{100 * event.done / event.total:.0f}"
            self._output.progress(i18n.text("cli.chat.summarising", percent=percent))
        elif isinstance(event, Summarised):
            self._output.progress("")
        elif isinstance(event, Finished):
            self._output.progress("")
            self._end_aside()
            self._end_line()
            if event.reason is FinishReason.LENGTH:
                self._output.notice(self._why_cut(event))

    def _tell_view(self, left_out: int) -> None:
        """Says what the model does not see, unless it was said."""
        if left_out != self._left_out:
            self._left_out = left_out
            self._end_line()
            self._output.notice(i18n.text("cli.chat.view", count=left_out))

    def _why_cut(self, event: Finished) -> str:
        if event.error is None:
            return i18n.text("cli.chat.length")
        return one_line("skald: " + i18n.error_sentence(event.error.key, event.error.values))

    def _end_aside(self) -> None:
        if self._has_aside:
            self._output.aside("\n\n")
            self._has_aside = False

    def _end_line(self) -> None:
        if self._has_line:
            self._output.text("\n")
            self._has_line = False

    def _record(self, event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            self._output.record({"type": "delta", "text": event.text})
        elif isinstance(event, ReasoningDelta):
            self._output.record({"type": "reasoning", "text": event.text})
        elif isinstance(event, ContextView):
            self._output.record({"type": "view", "first": event.first, "left_out": event.left_out})
        elif isinstance(event, SummaryProgress):
            self._output.record({"type": "summarising", "fraction": event.done / event.total})
        elif isinstance(event, Summarised):
            self._output.record({"type": "summary", "text": event.text, "first": event.first})
        elif isinstance(event, Finished):
            self._output.record(
                {
                    "type": "finished",
                    "reason": str(event.reason),
                    "usage": asdict(event.usage),
                    "timings": _timings(event.timings),
                }
            )

    def _read(self) -> str | None:
        """Returns the next message, None at the end of input."""
        if not sys.stdin.isatty() or self._output.is_json:
            return sys.stdin.readline() or None
        while True:
            try:
                return input(PROMPT)
            except EOFError:
                self._output.text("\n")
                return None
            except KeyboardInterrupt:
                self._output.text("\n")
                self._output.notice(i18n.text("cli.chat.end_hint"))


def _timings(timings: Timings) -> dict[str, float]:
    """Returns what was measured; the time of reasoning only where there was some."""
    return {name: value for name, value in asdict(timings).items() if value or name != "reasoning_s"}
