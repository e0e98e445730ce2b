"""Fixtures for the loopback Hub's own tests: a Hub, and the real client without waits, tokens or progress bars."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from huggingface_hub import HfApi, close_session, constants, file_download
from huggingface_hub.utils import _http
from huggingface_hub.utils import logging as hub_logging
from huggingface_hub.utils.tqdm import disable_progress_bars, enable_progress_bars
from tests.hub.loopback import LoopbackHub
from tests.hub_tests.client import Client


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as running:
        yield running


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The seconds that the client wanted to sleep and did not."""
    slept: list[float] = []
    for part in (file_download, _http):
        monkeypatch.setattr(part, "time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_IMPLICIT_TOKEN", True)
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    verbosity = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)
    disable_progress_bars()
    yield slept
    enable_progress_bars()
    hub_logging.set_verbosity(verbosity)
    close_session()


@pytest.fixture
def api(hub: LoopbackHub) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=False)


@pytest.fixture
def client(hub: LoopbackHub, tmp_path: Path) -> Client:
    return Client(hub.endpoint, tmp_path / "cache")
