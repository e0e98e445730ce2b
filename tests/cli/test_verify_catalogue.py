"""`skald models verify-catalogue` against a Hub of the test's making."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.cli.output import Output
from app.cli.verify_catalogue import Finding, examine, verify_catalogue
from app.domain.errors import LoginNeeded, NetworkUnreachable, RepositoryEmpty, RepositoryNotFound
from app.domain.hub import HubFile, HubRepository, Variant
from app.library.catalogue import CatalogueEntry, catalogue

SHA = "a" * 64
PROJECTOR = HubFile("mmproj-F16.gguf", 1, SHA)


def as_promised(entry: CatalogueEntry) -> HubRepository:
    variant = Variant(entry.quantization, (HubFile(f"m-{entry.quantization}.gguf", 5, SHA),), PROJECTOR, True)
    return HubRepository(entry.repository, "c0ffee", (variant,), licence=entry.licence.lower())


class FakeHub:
    """Has everything as the catalogue promises, but for what ``repositories`` replaces."""

    def __init__(self, **repositories: HubRepository) -> None:
        self.repositories = {entry.repository: as_promised(entry) for entry in catalogue()} | repositories

    def __call__(self, name: str) -> HubRepository:
        return self.repositories[name]


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_catalogue(Output(is_json=False), FakeHub()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"✓ {entry.repository}" for entry in catalogue()]


def test_one_that_fails_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    first = catalogue()[0]
    hub = FakeHub(**{first.repository: replace(as_promised(first), licence="other")})
    assert verify_catalogue(Output(is_json=False), hub) == 1
    assert f"✗ {first.repository}  another licence" in capsys.readouterr().out
    assert verify_catalogue(Output(is_json=True), hub) == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert records[0] == {"repository": first.repository, "ok": False, "findings": ["licence_differs"]}
    assert all(record["ok"] for record in records[1:])


def test_findings() -> None:
    entry = next(entry for entry in catalogue() if "vision" in entry.roles)
    good = as_promised(entry)
    (variant,) = good.variants
    hash_less = replace(variant, files=(HubFile("m.gguf", 5, ""),))

    def found(repository: HubRepository) -> tuple[Finding, ...]:
        return examine(entry, lambda _name: repository)

    assert found(good) == ()
    assert found(replace(good, variants=(replace(variant, name="Q2_K", files=(HubFile("m-Q2_K.gguf", 5, SHA),)),))) == (
        Finding.QUANTIZATION_MISSING,
    )
    assert found(replace(good, variants=(replace(variant, projector=None),))) == (Finding.PROJECTOR_MISSING,)
    assert found(replace(good, variants=(hash_less,))) == (Finding.NO_CHECKSUM,)


def test_refusals() -> None:
    def refuse(error: Exception) -> tuple[Finding, ...]:
        def repository(_name: str) -> HubRepository:
            raise error

        return examine(catalogue()[0], repository)

    assert refuse(RepositoryNotFound(repository="a/b", host="h")) == (Finding.MISSING,)
    assert refuse(LoginNeeded(repository="a/b", host="h")) == (Finding.MISSING,)
    assert refuse(RepositoryEmpty(repository="a/b")) == (Finding.NO_CHECKSUM,)
    with pytest.raises(NetworkUnreachable):
        refuse(NetworkUnreachable(host="h", reason="?"))
