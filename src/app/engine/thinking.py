"""The reasoning of one loaded model: how it is switched, where a reply's begins, how long it takes, how it is ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from app.domain.generation import GenerationRequest, PromptMessage, ReasoningDelta, TextDelta
from app.engine.chat_template import system_folded
from app.engine.reasoning import MARKERS, Markers, Piece, ReasoningSplitter, opened_by
from app.engine.template_probe import TemplateTraits
from app.engine.vocabulary import Vocabulary


class ReplyStream:
    """Sends the text of one reply on, reasoning and answer apart, and takes the time of the reasoning."""

    def __init__(
        self, request_id: str, splitter: ReasoningSplitter | None, emit: Callable[[TextDelta | ReasoningDelta], None]
    ) -> None:
        """Without ``splitter`` all text is answer."""
        self._id = request_id
        self._splitter = splitter
        self._emit = emit
        self._began = 0.0
        self.reasoning_s = 0.0

    @property
    def is_reasoning(self) -> bool:
        """Whether the reply is within its reasoning."""
        return self._splitter is not None and self._splitter.is_reasoning

    @property
    def is_undecided(self) -> bool:
        """Whether the reply may still begin with reasoning."""
        return self._splitter is not None and self._splitter.is_undecided

    @property
    def family(self) -> Markers | None:
        """The markers of the reply's reasoning, as its text has them."""
        return self._splitter.family if self._splitter else None

    def begin(self) -> None:
        """The first token is about to be sampled."""
        self._began = time.monotonic()

    def show(self, text: str) -> None:
        """Takes text that became certain."""
        if self._splitter is None:
            self._emit(TextDelta(self._id, text))
            return
        was_reasoning = self._splitter.is_reasoning
        pieces = self._splitter.feed(text)
        if was_reasoning or self._splitter.is_reasoning or any(is_reasoning for is_reasoning, _ in pieces):
            self.reasoning_s = time.monotonic() - self._began
        self._send(pieces)

    def finish(self) -> None:
        """No text follows."""
        if self._splitter is not None:
            if self._splitter.is_reasoning:
                self.reasoning_s = time.monotonic() - self._began
            self._send(self._splitter.finish())

    def _send(self, pieces: Sequence[Piece]) -> None:
        for is_reasoning, text in pieces:
            self._emit(ReasoningDelta(self._id, text, self.reasoning_s) if is_reasoning else TextDelta(self._id, text))


class Thinking:
    """What template and vocabulary of one model say of its reasoning."""

    def __init__(self, traits: TemplateTraits, vocabulary: Vocabulary) -> None:
        self.traits = traits
        shown = [family.start for family in traits.markers]
        others = [family for family in MARKERS if family.start not in shown and not family.skipped]
        tokens = [replace(family, answers=()) for family in others if vocabulary.has_token(family.start)]
        self._families = (*traits.markers, *tokens)
        self._vocabulary = vocabulary
        self._revealed = {family: _revealed(family, vocabulary) for family in self._families}

    def variables(self, request: GenerationRequest) -> dict[str, Any]:
        """Returns what the template is told about reasoning."""
        values: dict[str, Any] = {}
        if request.thinking is not None and self.traits.can_switch:
            values.update(self.traits.on if request.thinking else self.traits.off)
        if request.thinking_budget and self.traits.has_budget and request.thinking is not False:
            values["thinking_budget"] = request.thinking_budget
        return values

    def adapted(self, request: GenerationRequest, messages: list[PromptMessage]) -> list[PromptMessage]:
        """Returns the messages so that the template heeds the switch."""
        return system_folded(messages) if request.thinking and self.traits.folds_system else messages

    def begin(self, rendered: str, begun: PromptMessage | None) -> tuple[str, ReasoningSplitter | None]:
        """Returns the whole prompt and what takes its reply apart.

        ``begun`` is the reply as far as it has come, when it is to be continued.
        """
        opened = opened_by(rendered, self._families)
        if not self._families:
            return rendered + (begun.content if begun else ""), None
        if begun is None or not (begun.content or begun.reasoning):
            return rendered, self._splitter(inside=opened)
        family = opened or self._may_open(rendered)
        if family is None:
            return rendered + begun.content, self._splitter(is_answering=bool(begun.content))
        prompt = rendered
        if begun.reasoning:
            prompt += ("" if opened else family.start + family.lead) + begun.reasoning
        if not begun.content:
            return prompt, self._splitter(inside=family)
        if opened or begun.reasoning:
            prompt += family.way_out
        return prompt + begun.content, self._splitter(is_answering=True)

    def way_out(self, stream: ReplyStream) -> list[int]:
        """Returns the tokens that end the reasoning under way and begin the answer."""
        family = self._raw(stream)
        return self._vocabulary.tokens_after(family.way_out) if family else []

    def ends_by_ending(self, stream: ReplyStream) -> bool:
        """Whether the token that ends the reasoning under way is one that ends replies for llama.cpp."""
        family = self._raw(stream)
        return family is not None and self._vocabulary.is_end_text(family.end)

    def _raw(self, stream: ReplyStream) -> Markers | None:
        return next((raw for raw, seen in self._revealed.items() if seen == stream.family), None)

    def _may_open(self, rendered: str) -> Markers | None:
        """Returns the markers with which a reply may begin, None where the prompt has ended the reasoning."""
        tail = rendered.rstrip()
        if any(tail.endswith(family.end) for family in self._families):
            return None
        return self.traits.markers[0] if self.traits.markers else None

    def _splitter(self, inside: Markers | None = None, is_answering: bool = False) -> ReasoningSplitter:
        return ReasoningSplitter(
            tuple(self._revealed.values()),
            hidden=self._vocabulary.stand_ins,
            inside=self._revealed[inside] if inside else None,
            is_answering=is_answering,
        )


def _revealed(family: Markers, vocabulary: Vocabulary) -> Markers:
    """Returns the markers as they look in the text of a reply."""
    seen = vocabulary.reveal
    return replace(
        family,
        start=seen(family.start),
        end=seen(family.end),
        answers=tuple((seen(mark), seen(final)) for mark, final in family.answers),
        skipped=seen(family.skipped),
    )
