"""What a person can download: the catalogue or what a search found, each with whether it fits this machine."""

from __future__ import annotations

from dataclasses import dataclass

from app import i18n
from app.domain.errors import RepositoryNotFound
from app.domain.fit import Machine, forecast
from app.domain.hub import HubHit, HubRepository
from app.domain.model_shape import ModelShape, estimated_shape
from app.library.catalogue import catalogue
from app.library.hub import Hub
from app.library.hub_reference import parse_reference
from app.library.quantization_names import bits_per_weight
from app.services.fit_text import fit_text

USUAL_QUANTIZATION = "Q4_K_M"
"""What a size is guessed for, until the repository itself is asked."""


@dataclass(frozen=True)
class Offer:
    """A repository that can be downloaded from. ``bytes`` is about; 0 where nothing is known of the size.

    ``fit`` says whether it fits, ``kind`` is a `FitKind` or empty where that is not known; ``quantization`` is the
    recommended one where it is known, ``reason`` why it is recommended.
    """

    repository: str
    title: str
    parameters: int
    context_length: int
    licence: str
    quantization: str = ""
    bytes: int = 0
    reason: str = ""
    gated: str = ""
    downloads: int = 0
    fit: str = ""
    kind: str = ""
    owner: str = ""


@dataclass(frozen=True)
class VariantOffer:
    """One quantization of a repository, with its exact size."""

    name: str
    bytes: int
    fit: str
    kind: str
    is_recommended: bool
    has_projector: bool


def recommended(machine: Machine, language: str) -> list[Offer]:
    """Returns the catalogue, the smallest model first, in the words of ``language``."""
    offers = []
    for entry in catalogue():
        shape = entry.model_shape()
        fit = forecast(shape, machine)
        offers.append(
            Offer(
                entry.repository,
                entry.name,
                entry.parameters,
                entry.context_length,
                entry.licence,
                entry.quantization,
                shape.weight_bytes,
                entry.reason_in(language),
                fit=fit_text(fit),
                kind=fit.kind.value,
                owner=entry.repository.partition("/")[0],
            )
        )
    return offers


def search(hub: Hub, query: str, machine: Machine) -> list[Offer]:
    """Returns what fits a query: the very repository where one is named (``owner/repo``), else what the Hub finds.

    Raises HubProblem.
    """
    reference = parse_reference(query)
    if reference is not None:
        try:
            known = hub.repository(reference.repository)
        except RepositoryNotFound:
            return found(hub.search(query), machine)
        return found([_hit(known)], machine)
    return found(hub.search(query), machine)


def found(hits: list[HubHit], machine: Machine) -> list[Offer]:
    """Returns what a search found, in its order."""
    offers = []
    for hit in hits:
        owner, _, title = hit.id.partition("/")
        guessed = round(hit.parameters * bits_per_weight(USUAL_QUANTIZATION) / 8)
        fit = forecast(estimated_shape(guessed, hit.parameters, hit.context_length), machine) if guessed else None
        offers.append(
            Offer(
                hit.id,
                title,
                hit.parameters,
                hit.context_length,
                hit.licence,
                bytes=guessed,
                gated=hit.gated,
                downloads=hit.downloads,
                fit=fit_text(fit) if fit else "",
                kind=fit.kind.value if fit else "",
                owner=owner,
            )
        )
    return offers


def variants(repository: HubRepository, machine: Machine) -> list[VariantOffer]:
    """Returns the quantizations of a repository, the smallest first."""
    offers = []
    for variant in repository.variants:
        fit = forecast(_shape(repository, variant.model_bytes), machine)
        offers.append(
            VariantOffer(
                variant.name,
                variant.bytes,
                fit_text(fit),
                fit.kind.value,
                variant.is_recommended,
                variant.projector is not None,
            )
        )
    return offers


def line_of(offer: Offer) -> str:
    """Returns the facts of an offer in one line: parameters, quantization, size, context, licence."""
    parts = [i18n.count(offer.parameters), offer.quantization]
    if offer.bytes:
        parts.append(i18n.text("offers.about", size=i18n.size(offer.bytes)))
    if offer.context_length:
        parts.append(i18n.text("models.context", tokens=f"{offer.context_length:,}"))
    return " · ".join(part for part in (*parts, offer.licence) if part)


def _hit(known: HubRepository) -> HubHit:
    return HubHit(
        known.id, 0, 0, known.licence, known.architecture, known.parameters, known.context_length, known.gated
    )


def _shape(repository: HubRepository, weight_bytes: int) -> ModelShape:
    entry = next((entry for entry in catalogue() if entry.repository == repository.id), None)
    if entry is not None:
        return entry.model_shape(weight_bytes)
    return estimated_shape(weight_bytes, repository.parameters, repository.context_length)
