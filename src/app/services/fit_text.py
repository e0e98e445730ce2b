"""Says the forecast in a person's language: where the model runs, how fast, and how much memory it takes."""

from __future__ import annotations

from typing import Final

from app import i18n
from app.domain.fit import Fit, FitKind

FASTEST: Final = 100
"""Words a second beyond which more is neither felt nor forecast well: other things than memory hold the model up."""


def fit_text(fit: Fit) -> str:
    """Returns one line, for example "Runs on the CPU, about 20 words a second · 1.4 GB of memory".

    A token is counted as 0.75 English words, or 1.5 Chinese characters; an estimated memory is said to be "about", one
    that an earlier load took to be measured.
    """
    if fit.kind is FitKind.TOO_BIG:
        return i18n.text("fit.too_big", missing=i18n.size(fit.missing_bytes))
    where = i18n.text(f"fit.kind.{fit.kind}", share=_share(fit))
    if fit.tokens_per_s is not None:
        where = i18n.text("fit.with_pace", where=where, pace=pace_text(fit.tokens_per_s))
    key = "fit.memory_estimated" if fit.is_estimated else "fit.memory_measured" if fit.is_measured else "fit.memory"
    memory = i18n.text(key, size=i18n.size(fit.memory.used))
    return f"{where} · {memory}"


def pace_text(tokens_per_s: float) -> str:
    """Returns a pace in words or characters, for example "about 20 words a second"."""
    amount = tokens_per_s * float(i18n.text("fit.units_per_token"))
    if amount > FASTEST:
        return i18n.text("fit.pace_fastest", count=FASTEST)
    if amount >= 10:
        step = 10 if amount >= 50 else 5
        return i18n.text("fit.pace", count=round(amount / step) * step)
    if amount >= 1:
        return i18n.text("fit.pace", count=round(amount))
    return i18n.text("fit.pace_slowest")


def _share(fit: Fit) -> int:
    return round(100 * fit.gpu_layers / max(fit.layers, 1))
