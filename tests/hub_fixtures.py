"""What every test of the Hub starts from: a loopback Hub, and an environment that names no Hub and no proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from huggingface_hub import constants
from tests.hub.loopback import LoopbackHub

#: Beginnings of variables that lead a client elsewhere.
LEADING = ("HF_", "HUGGING", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT")


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as running:
        yield running


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set."""
    for name in os.environ:
        if name.upper().startswith(LEADING):
            monkeypatch.delenv(name)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
