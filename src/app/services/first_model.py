"""Chooses the one model of the catalogue that suits this machine best, for who opens Skald for the first time."""

from __future__ import annotations

from app.domain.fit import Fit, FitKind, Machine, Speed, forecast
from app.library.catalogue import catalogue
from app.services.offers import Offer, recommended

_AS_FAST_AS_READ = (Speed.FAST, Speed.GOOD)


def first_model(machine: Machine, language: str) -> Offer | None:
    """Returns the largest that writes as fast as a person reads, else the smallest that fits; None where none does."""
    fits = [forecast(entry.model_shape(), machine) for entry in catalogue()]
    found = [(offer, fit) for offer, fit in zip(recommended(machine, language), fits, strict=True) if _runs(fit)]
    quick = [offer for offer, fit in found if fit.kind is FitKind.GPU or fit.speed in _AS_FAST_AS_READ]
    if quick:
        return max(quick, key=lambda offer: offer.bytes)
    return min((offer for offer, _ in found), key=lambda offer: offer.bytes, default=None)


def _runs(fit: Fit) -> bool:
    return fit.kind is not FitKind.TOO_BIG
