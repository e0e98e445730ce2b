"""Which one button stands beside a reply that failed: the one that can really help now."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app import i18n
from app.domain.errors import (
    ArchitectureUnknown,
    ContextFull,
    EngineOutOfMemory,
    ErrorReport,
    ModelDamaged,
    ModelMissing,
    ModelRefused,
    ModelTruncated,
    NotGguf,
    OutOfMemory,
    TemplateFailed,
)


class Remedy(StrEnum):
    """What the button does; its value is the button's ``objectName``."""

    CONTINUE = "continue"
    RETRY = "retry"
    CHOOSE_MODEL = "choose-model"
    SHORTER_CONTEXT = "shorter-context"
    ROLL = "roll-context"


_TEXTS: Final = {
    Remedy.CONTINUE: "transcript.continue",
    Remedy.RETRY: "transcript.retry",
    Remedy.CHOOSE_MODEL: "transcript.choose_model",
    Remedy.SHORTER_CONTEXT: "transcript.shorter_context",
    Remedy.ROLL: "transcript.roll",
}
_CANNOT_BE_LOADED: Final = tuple(
    kind.key for kind in (ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused, ArchitectureUnknown)
)
_TAKES_TOO_MUCH: Final = (OutOfMemory.key, EngineOutOfMemory.key)


def remedy_for(error: ErrorReport | None, has_text: bool, is_other_model: bool, is_loaded: bool) -> Remedy:
    """Returns the button for a reply that ended with ``error``.

    ``is_other_model`` is whether another model is chosen since, ``is_loaded`` whether the chosen one is in memory:
    each can mean that the same reply would come about now.
    """
    again = Remedy.CONTINUE if has_text else Remedy.RETRY
    key = error.key if error else ""
    if is_other_model:
        return again
    if key == ContextFull.key:
        return Remedy.ROLL
    if key == TemplateFailed.key or (key in _CANNOT_BE_LOADED and not is_loaded):
        return Remedy.CHOOSE_MODEL
    return Remedy.SHORTER_CONTEXT if key in _TAKES_TOO_MUCH else again


def remedy_text(remedy: Remedy) -> str:
    """Returns what stands on the button."""
    return i18n.text(_TEXTS[remedy])
