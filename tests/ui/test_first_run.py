"""The first run is shown once, in three steps at most, and the window works behind it from the first moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fakes import FakeEngine
from tests.hub.loopback import LoopbackHub
from tests.ui.conftest import OpenWindow, accessible_name
from tests.ui.test_zoom import lost, make_narrow

from app import assembly
from app.services.machine import MachineProbe
from app.storage.settings import Settings, SettingsFile


@pytest.fixture
def settings(settings: SettingsFile) -> SettingsFile:
    """The settings of who has never opened Skald."""
    settings.current = Settings()
    return settings


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """A Hub that knows nothing and counts; a machine of a known speed."""
    monkeypatch.setattr(assembly, "make_machine_probe", lambda: MachineProbe(bandwidth=lambda: 1e10))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with LoopbackHub() as made:
        monkeypatch.setenv("HF_ENDPOINT", made.endpoint)
        yield made


def test_the_steps_lead_to_the_end_without_any_request(opened: OpenWindow, hub: LoopbackHub) -> None:
    assert opened.name_of("first-run") == "Welcome to Skald"
    assert opened.property_of("first-run-step", "text") == "Step 1 of 3"
    opened.click("first-run-next")
    opened.wait(lambda: "computer…" not in str(opened.property_of("first-run-reason", "text")))
    assert opened.property_of("first-run-model", "text")
    assert "words a second" in str(opened.property_of("first-run-fit", "text"))
    opened.click("first-run-back")
    opened.click("first-run-next")
    opened.click("first-run-next")
    assert "The starter answers" in str(opened.property_of("first-run-done", "text"))
    opened.click("first-run-next")
    opened.wait(lambda: opened.has("empty-state") and not opened.has("first-run"))
    assert opened.controller.preferences._file.current.is_introduced
    assert hub.requests.all() == []


def test_the_language_is_spoken_at_once(opened: OpenWindow) -> None:
    opened.find("first-run-language")
    opened.controller.preferences.change(language="zh_CN")
    opened.wait(lambda: opened.name_of("first-run") == "欢迎使用 Skald")
    opened.wait(lambda: "入门模型" in str(opened.property_of("starter-line", "text")))


@pytest.mark.parametrize("step", [0, 1])
def test_esc_and_skip_end_it_at_any_time(opened: OpenWindow, step: int) -> None:
    opened.find("first-run")
    for _ in range(step):
        opened.click("first-run-next")
    if step:
        opened.press("Esc")
    else:
        opened.click("first-run-skip")
    opened.wait(lambda: opened.has("empty-state") and not opened.has("first-run"))
    opened.controller.newConversation()
    assert not opened.has("first-run")


def test_the_window_works_behind_it(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.find("first-run")
    assert opened.has_focus("composer")
    opened.type("Hello")
    opened.press("Return")
    opened.wait(lambda: len(fake_engine.requests) == 1)
    opened.wait(lambda: not opened.has("first-run"))
    assert not opened.controller.firstRun.isShown


def test_a_click_on_download_asks_the_hub_and_tells_what_went_wrong(opened: OpenWindow, hub: LoopbackHub) -> None:
    opened.click("first-run-next")
    opened.click("first-run-download")
    assert "being downloaded" in str(opened.property_of("first-run-done", "text"))
    opened.wait(lambda: len(hub.requests.all()) > 0)
    opened.wait(lambda: opened.has("toast"))
    assert accessible_name(opened.find("toast"))
    assert "being downloaded" not in str(opened.property_of("first-run-done", "text"))


def test_a_forbidden_network_offers_no_download(opened: OpenWindow, hub: LoopbackHub) -> None:
    opened.controller.privacy.networkForbidden = True
    opened.click("first-run-next")
    opened.wait(lambda: opened.has("first-run-model"))
    assert not opened.has("first-run-download")
    assert hub.requests.all() == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_it_loses_nothing_at_twice_the_size(opened: OpenWindow, language: str) -> None:
    make_narrow(opened, language)
    for _ in range(2):
        opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])
        opened.click("first-run-next")
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])
