"""The option ``--preset`` where it names a preset: system prompt, sampling, model, thinking and context together.

The sampling's own names (`app.domain.sampling.PRESETS`) come first, written as they are; then a person's presets, then
the built-in ones, in small or capital letters. Every other option comes before what a preset says.
"""

from __future__ import annotations

from app.domain.messages import Conversation
from app.domain.presets import Choices, Preset
from app.domain.sampling import PRESETS
from app.services.presets import named_preset
from app.storage.presets import PresetStore


def chosen_preset(name: str | None, store: PresetStore) -> Preset | None:
    """Returns the preset of this name; None without one and for a name of the sampling. Raises PresetNotFound."""
    return None if name is None or name in PRESETS else named_preset(store, name)


def choices_of(conversation: Conversation) -> Choices:
    """Returns what a conversation has of its own."""
    return Choices(
        conversation.system_prompt,
        conversation.sampling,
        conversation.thinking,
        conversation.policy,
        conversation.pinned,
    )
