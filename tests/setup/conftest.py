"""Fixtures for the tests of set-up: a checkout in a temporary folder and a terminal that is read back."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from setup_skald.console import Console
from setup_skald.places import Places, default_places
from tests.setup.fake_host import FakeHost


@pytest.fixture
def host() -> FakeHost:
    """A machine that lacks nothing."""
    return FakeHost()


@pytest.fixture
def terminal() -> io.StringIO:
    """What a person reads."""
    return io.StringIO()


@pytest.fixture
def console(terminal: io.StringIO) -> Console:
    """Writes to ``terminal``."""
    return Console(terminal)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A checkout with this project's real requirement files and an empty cache."""
    here = default_places().root
    root = tmp_path / "checkout"
    shutil.copytree(here / "requirements", root / "requirements")
    shutil.copy(here / "pyproject.toml", root)
    return Places(root=root, cache=tmp_path / "cache")


@pytest.fixture
def environment(places: Places) -> Places:
    """The same checkout with an environment that looks complete."""
    places.scripts.mkdir(parents=True)
    for program in (places.python, places.skald):
        program.touch()
    cfg = places.environment / "pyvenv.cfg"
    cfg.write_text(f"home = {places.root}\nversion = 3.12.1\n", encoding="utf-8")
    return places
