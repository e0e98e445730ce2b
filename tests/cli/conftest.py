"""The real command, and a model file that never stops talking."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.acceptance import endless_model
from tests.cli.command import Skald
from tests.hub_fixtures import bare_environment, hub

__all__ = ["bare_environment", "hub"]


@pytest.fixture
def skald(tmp_path: Path) -> Skald:
    return Skald(tmp_path / "home")


@pytest.fixture(scope="session")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recites the alphabet until it is stopped, at a pace at which it can be."""
    return endless_model.write(tmp_path_factory.mktemp("models") / "endless.gguf")
