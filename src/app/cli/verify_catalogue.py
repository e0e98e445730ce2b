"""`skald models verify-catalogue`: whether the Hub still has what the catalogue recommends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from app import i18n
from app.cli.output import Output
from app.domain.errors import AccessDenied, LoginNeeded, RepositoryEmpty, RepositoryNotFound
from app.domain.hub import HubRepository
from app.library.catalogue import CatalogueEntry, catalogue
from app.library.variants import choose_variant

SHA256_DIGITS = 64


class Finding(StrEnum):
    """What is wrong with an entry."""

    MISSING = "missing"
    LICENCE_DIFFERS = "licence_differs"
    QUANTIZATION_MISSING = "quantization_missing"
    PROJECTOR_MISSING = "projector_missing"
    NO_CHECKSUM = "no_checksum"


def verify_catalogue(
    output: Output,
    repository: Callable[[str], HubRepository],
    entries: Sequence[CatalogueEntry] | None = None,
) -> int:
    """Asks ``repository`` for each entry, tells what it finds, returns 1 where an entry fails.

    Raises HubProblem where the Hub cannot be asked at all.
    """
    is_failed = False
    for entry in catalogue() if entries is None else entries:
        findings = examine(entry, repository)
        is_failed = is_failed or bool(findings)
        if output.is_json:
            output.record({"repository": entry.repository, "ok": not findings, "findings": [*findings]})
        else:
            told = ", ".join(i18n.text(f"cli.catalogue.{finding}") for finding in findings)
            output.text(f"{'✗' if findings else '✓'} {entry.repository}  {told}".rstrip() + "\n")
    return 1 if is_failed else 0


def examine(entry: CatalogueEntry, repository: Callable[[str], HubRepository]) -> tuple[Finding, ...]:
    """Returns what is wrong with an entry; without a token the Hub hides a private repository like a missing one."""
    try:
        found = repository(entry.repository)
    except (RepositoryNotFound, LoginNeeded, AccessDenied):
        return (Finding.MISSING,)
    except RepositoryEmpty:
        return (Finding.NO_CHECKSUM,)
    findings = [Finding.LICENCE_DIFFERS] if found.licence.lower() != entry.licence.lower() else []
    variant = choose_variant(found.variants, entry.quantization)
    if variant is None:
        findings.append(Finding.QUANTIZATION_MISSING)
        return tuple(findings)
    if "vision" in entry.roles and variant.projector is None:
        findings.append(Finding.PROJECTOR_MISSING)
    if any(len(file.sha256) != SHA256_DIGITS for file in variant.all_files):
        findings.append(Finding.NO_CHECKSUM)
    return tuple(findings)
