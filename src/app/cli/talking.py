"""One conversation in the terminal, through the same store and the same engine as the window."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from typing import Final

from app import i18n
from app.cli.interrupts import Interrupts
from app.cli.output import one_line
from app.cli.workplace import Workplace
from app.domain.errors import AppError, from_report
from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationEvent,
    ReasoningDelta,
    TextDelta,
    Timings,
    Usage,
)
from app.domain.language_model import ModelFile
from app.services.conversing import Conversing, PendingReply, ReplyOptions
from app.services.opening import load_request
from app.services.recording import ReplyRecorder

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
        self._has_line = False

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
        wanted = self._options.model
        if self._options.conversation is not None:
            conversation = self._workplace.store.get(self._options.conversation)
            self._conversation_id = conversation.id
            wanted = wanted or self._usable(conversation.model)
        self._model_file = self._workplace.library.resolve(wanted)
        return self._model_file

    def _usable(self, name: str) -> str | None:
        """Returns the model file's name that a conversation remembers, None where it is not there any more."""
        try:
            return self._workplace.library.resolve(name).name if name else None
        except AppError:
            return None

    def _reply(self, text: str) -> FinishReason:
        """Commits ``text``, streams the reply and records it. Raises AppError; the reply is recorded then, too."""
        pending = self._begin(text)
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
        if finished.error is not None:
            self._end_line()
            raise from_report(finished.error)
        self._show(finished)
        return finished.reason

    def _begin(self, text: str) -> PendingReply:
        conversing, options = self._conversing, self._options
        assert self._model_file is not None
        own = self._workplace.model_settings(self._model_file.name)
        sampling, system = own.sampling or self._workplace.settings.sampling, options.system
        if self._conversation_id is None and system is None and own.system_prompt:
            system = own.system_prompt
        if self._conversation_id is not None:
            sampling = self._workplace.store.get(self._conversation_id).sampling or sampling
        if options.temperature is not None:
            sampling = replace(sampling, temperature=options.temperature)
        if options.seed is not None:
            sampling = replace(sampling, seed=options.seed)
        pending = conversing.begin(
            text,
            conversation_id=self._conversation_id,
            model=self._model_file.name,
            system_prompt=system,
            options=ReplyOptions(sampling, options.max_tokens),
        )
        self._conversation_id = pending.conversation_id
        return pending

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
        if info is not None:
            self._workplace.library.remember(self._model_file)
        return info is not None

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
        elif isinstance(event, TextDelta):
            self._output.text(event.text)
            self._has_line = not event.text.endswith("\n")
        elif isinstance(event, Finished):
            self._end_line()
            if event.reason is FinishReason.LENGTH:
                self._output.notice(i18n.text("cli.chat.length"))

    def _end_line(self) -> None:
        if self._has_line:
            self._output.text("\n")
            self._has_line = False

    def _record(self, event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            self._output.record({"type": "delta", "text": event.text})
        elif isinstance(event, ReasoningDelta):
            self._output.record({"type": "reasoning", "text": event.text})
        elif isinstance(event, Finished):
            self._output.record(
                {
                    "type": "finished",
                    "reason": str(event.reason),
                    "usage": asdict(event.usage),
                    "timings": asdict(event.timings),
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
