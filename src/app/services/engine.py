"""What the services need of the engine's client; the tests put a fake in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from app.domain.generation import GenerationEvent, GenerationRequest
from app.domain.language_model import LoadRequest, ModelInfo


class Engine(Protocol):
    """`app.engine.client.EngineClient` as seen from here."""

    @property
    def loaded(self) -> ModelInfo | None:
        """The language model in memory."""

    def load(self, request: LoadRequest, on_progress: Callable[[float], None]) -> ModelInfo | None:
        """Loads a language model; None when cancelled. Raises AppError."""

    def generate(self, request: GenerationRequest) -> Iterator[GenerationEvent]:
        """Generates a reply; the last event is always Finished."""

    def cancel(self) -> None:
        """Stops what is going on, from any thread."""
