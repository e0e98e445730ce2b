"""The window's downloads against a Hub: queued, paused, moved, cancelled with undo, and there after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.gguf_files import Shape, write_llama
from tests.hub.loopback import LoopbackHub

from app import assembly
from app.assembly import Window
from app.domain.downloads import DownloadState
from app.library import hub_cache
from app.paths import Paths
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.offer_list_model import OfferListModel
from app.services.machine import MachineProbe
from app.storage.database import Database
from app.storage.settings import SettingsFile

REPOSITORY = "ada/tiny-GGUF"
OTHER = "ada/other-GGUF"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """A Hub with two small repositories, which the next window asks."""
    monkeypatch.setattr(assembly, "make_machine_probe", lambda: MachineProbe(bandwidth=lambda: 1e10))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with LoopbackHub() as made:
        made.add(REPOSITORY, {"tiny-Q4_K_M.gguf": write_llama(tmp_path / "a" / "tiny.gguf")})
        made.add(OTHER, {"other-Q8_0.gguf": write_llama(tmp_path / "b" / "other.gguf", Shape(layers=1), seed=2)})
        monkeypatch.setenv("HF_ENDPOINT", made.endpoint)
        yield made


@pytest.fixture
def shown(hub: LoopbackHub, window: Window, qtbot: QtBot) -> Window:
    """The window with the Models page open and the search for both repositories done."""
    window.controller.showPage("models")
    window.controller.hub.search("gguf")
    qtbot.waitUntil(lambda: window.controller.hub.offers.count == 2)
    return window


def state_of(window: Window) -> list[DownloadState]:
    return [download.state for download in window.downloads.downloads]


def offer(window: Window, repository: str) -> dict[str, object]:
    offers = window.controller.hub.offers
    rows = [
        {name: offers.data(offers.index(row), FIRST_ROLE + at) for at, name in enumerate(OfferListModel.ROLES)}
        for row in (0, 1)
    ]
    return next(row for row in rows if row["repository"] == repository)


def listed(window: Window) -> list[str]:
    models = window.controller.picker.models
    return [models.data(models.index(row), FIRST_ROLE + 3) for row in range(models.rowCount())]


def test_a_model_is_found_downloaded_and_used(shown: Window, hub: LoopbackHub, qtbot: QtBot) -> None:
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: "is verified" in shown.controller.notifier.text)
    assert state_of(shown) == []
    qtbot.waitUntil(lambda: any("models--ada--tiny-GGUF" in path for path in listed(shown)))
    shown.controller.notifier.act()
    qtbot.waitUntil(lambda: "tiny" in shown.controller.picker.currentName)
    assert hub.requests.bytes_sent_twice() == 0


def test_a_repository_shows_its_quantizations(shown: Window, qtbot: QtBot) -> None:
    shown.controller.hub.open(REPOSITORY)
    qtbot.waitUntil(lambda: offer(shown, REPOSITORY)["asked"] == "open")
    row = offer(shown, REPOSITORY)
    assert row["chosen"] == "Q4_K_M"
    assert "recommended" in row["variants"][0]["text"]  # type: ignore[index]
    assert "Runs on the" in str(row["fit"])


def test_a_repository_that_is_named_is_found_by_its_name(shown: Window, qtbot: QtBot) -> None:
    shown.controller.hub.search(REPOSITORY)
    offers = shown.controller.hub.offers
    qtbot.waitUntil(lambda: offers.count == 1)
    assert offers.data(offers.index(0)) == "tiny-GGUF"
    shown.controller.hub.search("ada/nothing-GGUF")
    qtbot.waitUntil(lambda: "Nothing on the Hub" in shown.controller.hub.problem)


def test_pause_and_resume_fetch_nothing_twice(shown: Window, hub: LoopbackHub, qtbot: QtBot) -> None:
    held = hub.faults.stall_after(60_000, times=1)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: held.happened > 0)
    qtbot.waitUntil(lambda: state_of(shown) == [DownloadState.RUNNING])
    (download,) = shown.downloads.downloads
    qtbot.waitUntil(lambda: shown.downloads.progress(download).done >= 60_000)
    shown.downloads.pause(download.id)
    qtbot.waitUntil(lambda: state_of(shown) == [DownloadState.PAUSED])
    downloads = shown.controller.hub.downloads
    assert "paused" in downloads.data(downloads.index(0), FIRST_ROLE + 2)
    held.release()
    shown.downloads.resume(download.id)
    qtbot.waitUntil(lambda: state_of(shown) == [])
    assert hub.requests.bytes_sent_twice() == 0


def test_a_failure_is_told_in_its_row_and_tried_again(shown: Window, hub: LoopbackHub, qtbot: QtBot) -> None:
    fault = hub.faults.flip(50_000)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: state_of(shown) == [DownloadState.FAILED])
    downloads = shown.controller.hub.downloads
    assert "SHA-256" in downloads.data(downloads.index(0), FIRST_ROLE + 5)
    assert not any("models--ada" in path for path in listed(shown))
    fault.lift()
    shown.downloads.resume(shown.downloads.downloads[0].id)
    qtbot.waitUntil(lambda: state_of(shown) == [])


def test_a_full_disk_pauses_with_a_sentence(shown: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve = hub_cache.RESERVE
    monkeypatch.setattr(hub_cache, "RESERVE", 1 << 62)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: state_of(shown) == [DownloadState.PAUSED])
    downloads = shown.controller.hub.downloads
    assert "not enough room" in downloads.data(downloads.index(0), FIRST_ROLE + 5)
    monkeypatch.setattr(hub_cache, "RESERVE", reserve)
    shown.downloads.resume(shown.downloads.downloads[0].id)
    qtbot.waitUntil(lambda: state_of(shown) == [])


def test_the_queue_has_an_order_that_can_be_changed(shown: Window, hub: LoopbackHub, qtbot: QtBot) -> None:
    held = hub.faults.stall_after(1_000, times=1)
    for repository in (REPOSITORY, OTHER):
        shown.controller.hub.download(repository)
    qtbot.waitUntil(lambda: len(state_of(shown)) == 2)
    first, second = shown.downloads.downloads
    shown.controller.hub.downloads.moveUp(second.id)
    assert [download.id for download in shown.downloads.downloads] == [second.id, first.id]
    held.release()
    qtbot.waitUntil(lambda: state_of(shown) == [])


def test_cancelling_can_be_undone_and_then_forgets(
    shown: Window, hub: LoopbackHub, qtbot: QtBot, folders: Paths
) -> None:
    held = hub.faults.stall_after(60_000, times=2)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: held.happened > 0)
    qtbot.waitUntil(lambda: len(state_of(shown)) == 1)
    shown.controller.hub.downloads.cancel(shown.downloads.downloads[0].id)
    assert state_of(shown) == []
    shown.controller.notifier.act()
    assert len(state_of(shown)) == 1
    shown.controller.hub.downloads.cancel(shown.downloads.downloads[0].id)
    shown.controller.notifier.dismiss()
    held.lift()
    qtbot.waitUntil(lambda: not list(folders.hub_cache.rglob("*.incomplete")))
    assert state_of(shown) == []


def test_what_was_under_way_goes_on_at_the_next_start(
    shown: Window,
    hub: LoopbackHub,
    qtbot: QtBot,
    folders: Paths,
    settings: SettingsFile,
    fake_engine: FakeEngine,
) -> None:
    held = hub.faults.stall_after(60_000, times=1)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: held.happened > 0)
    qtbot.waitUntil(lambda: bool(state_of(shown)))
    shown.close()
    held.release()
    again = Window(folders, settings, Database.open(folders.database), None)
    again.controller.announceReady()
    try:
        qtbot.waitUntil(lambda: "is verified" in again.controller.notifier.text)
        assert hub.requests.bytes_sent_twice() <= 1 << 20
    finally:
        again.close()


def test_a_hub_that_is_not_there_is_a_sentence(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    window.controller.hub.search("anything")
    qtbot.waitUntil(lambda: "cannot be reached" in window.controller.hub.problem)


def test_every_request_is_listed_and_there_is_none_at_the_start(shown: Window, hub: LoopbackHub) -> None:
    requests = shown.controller.requests
    assert requests.heading == "No request was ever made."
    requests.refresh()
    assert requests.rowCount() == len(hub.requests.all()) == 1
    assert hub.endpoint in requests.data(requests.index(0))


def test_forbidding_the_network_stops_everything_and_says_so(shown: Window, hub: LoopbackHub, qtbot: QtBot) -> None:
    privacy = shown.controller.privacy
    assert privacy.forbiddenText == ""
    held = hub.faults.stall_after(60_000, times=1)
    shown.controller.hub.download(REPOSITORY)
    qtbot.waitUntil(lambda: held.happened > 0 and state_of(shown) == [DownloadState.RUNNING])
    privacy.networkForbidden = True
    qtbot.waitUntil(lambda: state_of(shown) == [DownloadState.PAUSED])
    held.release()
    seen = len(hub.requests.all())
    shown.controller.hub.search("other")
    qtbot.waitUntil(lambda: not shown.controller.hub.isBusy)
    assert shown.controller.hub.problem == privacy.forbiddenText != ""
    assert len(hub.requests.all()) == seen
    privacy.allow()
    shown.controller.hub.search("gguf")
    qtbot.waitUntil(lambda: shown.controller.hub.offers.count == 2)
