"""What every test of the window starts from: a fake engine in place of the engine process, and settings of its own."""

from __future__ import annotations

import pytest
from tests.fakes import FakeDesktop, FakeEngine

from app import assembly
from app.paths import Paths
from app.storage.settings import Settings, SettingsFile


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that the next window gets."""
    made = FakeEngine()
    monkeypatch.setattr(assembly, "DesktopNotifications", FakeDesktop)
    monkeypatch.setattr(assembly, "make_engine_client", lambda *_: made)
    return made


@pytest.fixture
def settings(folders: Paths) -> SettingsFile:
    """The settings of the next window, whose first run is over."""
    made = SettingsFile(folders.settings)
    made.current = Settings(is_introduced=True)
    return made
