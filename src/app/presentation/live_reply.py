"""The reply that is being written, as the transcript shows it: its reasoning, its blocks so far, what it waits for."""

from __future__ import annotations

from typing import Final

from app import i18n
from app.domain.messages import Message
from app.markup.blocks import BlockStream
from app.presentation.transcript_rows import Row, author_of, reasoning_row, streaming_rows

SHOWN_REASONING: Final = 1200
"""How many of the last characters run through the transcript while a model thinks: laying out all takes ever longer."""


class LiveReply:
    """Takes text and reasoning as they come. Reasoning is open while it runs, unless the person folds it."""

    def __init__(self, message: Message, waiting: str) -> None:
        """``message`` is what there is already, ``waiting`` what is said until there is something new."""
        self.message = message
        self.waiting = waiting
        self.stream = BlockStream()
        self.stream.feed(message.text)
        self._reasoning = [message.reasoning] if message.reasoning else []
        self._seconds_before = message.reasoning_s
        self._seconds = 0.0
        self._is_thinking = bool(self._reasoning) and not message.text
        self._choice: bool | None = None

    @property
    def is_opened(self) -> bool:
        """Whether the person opened the reasoning."""
        return self._choice is True

    def feed(self, text: str) -> int:
        """Takes text of the answer; returns the number of the first row that changes."""
        was_thinking, self._is_thinking, self.waiting = self._is_thinking, False, ""
        first = self.stream.feed(text)
        return 0 if was_thinking or not first else first + bool(self._reasoning)

    def think(self, text: str, seconds: float) -> bool:
        """Takes reasoning; returns whether other rows than that of the reasoning change."""
        is_new = not self._is_thinking or bool(self.waiting)
        self._is_thinking, self.waiting, self._seconds = True, "", seconds
        self._reasoning.append(text)
        return is_new

    def toggle(self) -> None:
        """Opens or folds the reasoning."""
        self._choice = not self._is_open

    def name(self) -> str:
        """What a screen reader says of the whole reply."""
        thinking = i18n.text("transcript.thinking") if self._is_thinking else ""
        return f"{author_of(self.message)}: {self.stream.text or self.waiting or thinking}"

    def rows(self, first: int = 0) -> list[Row]:
        """The rows from number ``first`` on; those before it have not changed."""
        above = self._above()
        if first:
            return streaming_rows(self.message, self.stream.blocks[first - len(above) :], self.waiting, "")
        return streaming_rows(self.message, self.stream.blocks, self.waiting, self.name(), above)

    @property
    def _is_open(self) -> bool:
        return self._is_thinking if self._choice is None else self._choice

    def _above(self) -> list[Row]:
        if not self._reasoning:
            return []
        self._reasoning = ["".join(self._reasoning)]
        text = self._reasoning[0]
        if self._is_thinking and len(text) > SHOWN_REASONING:
            text = "… " + text[-SHOWN_REASONING:].partition(" ")[2]
        seconds = self._seconds_before + self._seconds
        return [reasoning_row(self.message.id, text, seconds, self._is_open, self._is_thinking)]
