"""Fixtures for every test: a data folder of its own, English, and no socket but loopback."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import i18n, paths
from app.library import surroundings

COLLECT_EVERY_S = 1.0
_collected = [0.0]


def pytest_configure() -> None:
    """Leaves garbage to `_garbage_on_this_thread`."""
    gc.disable()


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> None:
    """Collects garbage here, now and then: a thread that outlives its test must not delete a QObject of that test."""
    if time.monotonic() - _collected[0] > COLLECT_EVERY_S:
        gc.collect()
        _collected[0] = time.monotonic()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use_language("en")
    yield
    i18n.use_language("en")


@pytest.fixture(autouse=True)
def _no_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model files of other programs on the machine that runs the tests are none of theirs."""
    monkeypatch.setenv(surroundings.OVERRIDE, "")


@pytest.fixture(autouse=True)
def _own_client_of_the_hub() -> Iterator[None]:
    """Gives huggingface_hub its own client back, which every connection of ours replaces for the whole process."""
    yield
    if "huggingface_hub" in sys.modules:
        from huggingface_hub import set_client_factory
        from huggingface_hub.utils._http import default_client_factory

        set_client_factory(default_client_factory)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> paths.Paths:
    """The folders of a program that writes below ``tmp_path`` only."""
    monkeypatch.setenv("SKALD_HOME", str(tmp_path))
    return paths.find()
