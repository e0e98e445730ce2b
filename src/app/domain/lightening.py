"""What every work on a model file has in common, whatever it does to it: how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """``fraction`` (0 to 1) of ``stage`` is done; ``detail`` names what is in work, a tensor for example.

    Stages are the words of the translations: ``lighten.stage.<stage>``.
    """

    stage: str
    fraction: float
    detail: str = ""


Tell = Callable[[Progress], None]
"""Takes the progress of a work, in the thread that does it."""
