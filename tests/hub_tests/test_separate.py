"""The loopback Hub in a process of its own."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import HfApi
from tests.hub.separate import separate_hub
from tests.hub_tests.client import Client

WEIGHTS = b"GGUF" * 100_000


def test_a_hub_in_a_process_of_its_own(tmp_path: Path) -> None:
    place = tmp_path / "served" / "owner" / "name"
    place.mkdir(parents=True)
    (place / "a.gguf").write_bytes(WEIGHTS)
    with separate_hub(tmp_path / "served") as endpoint:
        assert [each.id for each in HfApi(endpoint=endpoint, token=False).list_models()] == ["owner/name"]
        assert Client(endpoint, tmp_path / "cache").download("owner/name", "a.gguf").read_bytes() == WEIGHTS
