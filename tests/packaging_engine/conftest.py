"""The made-up machine of set-up's tests, and a checkout on it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from engine_libraries.build import Workshop
from setup_skald.console import Console
from setup_skald.places import Places, default_places
from tests.setup.fake_host import FakeHost


@pytest.fixture
def host() -> FakeHost:
    """A Debian machine with compilers and nothing of a GPU's."""
    return FakeHost()


@pytest.fixture
def terminal() -> io.StringIO:
    """What a person reads."""
    return io.StringIO()


@pytest.fixture
def shop(host: FakeHost, terminal: io.StringIO, tmp_path: Path) -> Workshop:
    """This project's own requirement files."""
    return Workshop(host, Console(terminal), Places(default_places().root, tmp_path / "cache"))
