"""The item models of the Models page and of Privacy, under Qt's own tester of item models."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtTest import QAbstractItemModelTester

from app.domain.downloads import Download, DownloadState
from app.domain.errors import ModelMissing
from app.domain.hub import HubFile
from app.domain.language_model import ModelFile
from app.library.library import MissingModel
from app.paths import Paths
from app.presentation.download_list_model import DownloadListModel
from app.presentation.download_queue import DownloadQueue
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.model_list_model import ModelListModel
from app.presentation.notifier import Notifier
from app.presentation.offer_list_model import OfferListModel
from app.presentation.request_list_model import RequestListModel
from app.services.downloading import Downloader
from app.services.offers import Offer, VariantOffer
from app.storage.database import Database
from app.storage.downloads import DownloadStore
from app.storage.request_log import RequestLog

OFFER = Offer("ada/tiny-GGUF", "tiny-GGUF", 1_000_000, 512, "mit", fit="Runs on the CPU", kind="cpu", owner="ada")


def watched(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def value(model: QAbstractItemModel, roles: tuple[str, ...], row: int, role: str) -> object:
    return model.data(model.index(row, 0), FIRST_ROLE + roles.index(role))


def test_model_files(qapp: object) -> None:
    model = ModelListModel()
    tester = watched(model)
    file = ModelFile("tiny", Path("/m/tiny.gguf"), 2_900_000, "Q4_K_M", "llama", 4_196_608, 512, "imported")
    gone = MissingModel("gone", Path("/m/gone.gguf"), "imported", ModelMissing(path="/m/gone.gguf"))
    model.show([file], [gone], "tiny")
    model.show_fits({"tiny": "Runs on the CPU"})
    assert (model.count, value(model, model.ROLES, 0, "fit")) == (2, "Runs on the CPU")
    assert value(model, model.ROLES, 0, "canMove") is True
    assert "is not there" in str(value(model, model.ROLES, 1, "problem"))
    assert value(model, model.ROLES, 1, "canMove") is False
    model.show([], [], "")
    assert model.count == 0
    del tester


def test_offers(qapp: object) -> None:
    model = OfferListModel()
    tester = watched(model)
    model.show([OFFER])
    model.show_variants(OFFER.repository, [VariantOffer("Q8_0", 9, "Too big", "too_big", True, True)])
    assert value(model, model.ROLES, 0, "isTooBig") is True
    assert value(model, model.ROLES, 0, "fit") == "Too big"
    assert value(model, model.ROLES, 0, "variants") == [
        {"value": "Q8_0", "text": "Q8_0, 9 B (recommended) + vision"},
    ]
    model.show_state(OFFER.repository, "failed", "No.")
    assert value(model, model.ROLES, 0, "problem") == "No."
    del tester


def test_downloads(folders: Paths, qapp: object) -> None:
    database = Database.open(folders.database)

    def nobody() -> Downloader:
        raise AssertionError("a paused download asks nobody")

    downloads = DownloadStore(database)
    queue = DownloadQueue(downloads, nobody)
    model = DownloadListModel(queue, Notifier())
    tester = watched(model)
    file = HubFile("tiny.gguf", 1000, "0" * 64)
    for name in ("one", "two"):
        downloads.add(Download(name, f"ada/{name}", "Q4_0", "c", (file,), "/nowhere", state=DownloadState.PAUSED))
    queue.start()
    assert [value(model, model.ROLES, row, "canMoveUp") for row in (0, 1)] == [False, True]
    model.moveUp("two")
    assert value(model, model.ROLES, 0, "downloadId") == "two"
    assert value(model, model.ROLES, 0, "detail") == "0 B of 1.0 kB · paused"
    model.cancel("one")
    assert model.count == 1
    queue.close()
    database.close()
    del tester


def test_requests(tmp_path: Path, qapp: object) -> None:
    log = RequestLog(tmp_path / "requests.jsonl")
    model = RequestListModel(tmp_path / "requests.jsonl")
    tester = watched(model)
    log.add("GET", "https://hub.example/api/models")
    log.add("HEAD", "https://hub.example/a")
    model.refresh()
    assert [str(value(model, model.ROLES, row, "line"))[21:] for row in (0, 1)] == [
        "HEAD  https://hub.example/a",
        "GET  https://hub.example/api/models",
    ]
    assert "The latest 2" in model.heading
    del tester
