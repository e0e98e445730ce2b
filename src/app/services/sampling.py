"""How a conversation is sampled where several have a say."""

from __future__ import annotations

from app.domain.generation import SamplingParameters
from app.domain.language_model import ModelFile
from app.storage.model_settings import ModelSettings
from app.storage.settings import Settings


def starting_sampling(settings: Settings, own: ModelSettings, model_file: ModelFile | None) -> SamplingParameters:
    """Returns how a conversation is sampled that has no sampling of its own, which would come before all.

    What the person set for the model comes first, then what the model file recommends, then the general settings.
    """
    recommended = model_file.recommended_sampling if model_file else None
    return own.sampling or recommended or settings.sampling
