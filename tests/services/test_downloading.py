"""A model comes from the Hub with all its parts, is listed only when it is right, and leaves nothing when it is not."""

from __future__ import annotations

import os
import random
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from tests.hub.exchange import Answer, Place
from tests.hub.loopback import LoopbackHub
from tests.hub.repository import Repository
from tests.library.gguf_bytes import Gguf, Tensor

from app.domain.downloads import Download, DownloadState
from app.domain.errors import (
    DownloadChanged,
    DownloadDropped,
    HubBusy,
    HubFailed,
    NoRoom,
    NotGguf,
    VariantNotFound,
)
from app.library.fetch import Control, Patience
from app.library.hub_cache import RESERVE
from app.library.hub_connection import HubConnection
from app.library.hub_reference import HubReference
from app.services import downloading
from app.services.downloading import Downloader, discard, held_bytes

NAME = "owner/name"
QUICK = Patience(attempts=2, first_wait_s=0.001, stall_s=0.3)
FIRST, SECOND = "m-Q4_K_M-00001-of-00002.gguf", "m-Q4_K_M-00002-of-00002.gguf"
WHOLE, EYES = "m-Q8_0.gguf", "mmproj-F16.gguf"
Usage = namedtuple("Usage", "total used free")


def model(seed: int) -> bytes:
    """Returns a sound GGUF that no other seed gives."""
    content = Gguf(tensors=[Tensor("blk.0.ffn_up.weight", (32, 1000), 0, 128_000)]).content()
    return content[:-128_000] + random.Random(seed).randbytes(128_000)


@pytest.fixture
def remote(hub: LoopbackHub) -> Repository:
    return hub.add(NAME, {FIRST: model(1), SECOND: model(2), WHOLE: model(3), EYES: b"eyes" * 1000})


@pytest.fixture
def downloader(hub: LoopbackHub) -> Downloader:
    return Downloader(HubConnection(hub.endpoint), patience=QUICK)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "hub"


def bring(downloader: Downloader, download: Download, told: list[int] | None = None) -> Path | None:
    return downloader.run(download, Control(), (told if told is not None else []).append)


def blobs(place: Path) -> set[str]:
    return {path.name for path in place.glob("models--*/blobs/*")}


def names(place: Path) -> set[str]:
    return {path.name for path in place.glob("models--*/snapshots/**/*.gguf")}


@pytest.mark.parametrize(
    ("reference", "files"),
    [
        (HubReference(NAME), (FIRST, SECOND, EYES)),
        (HubReference(NAME, "q4_k_m"), (FIRST, SECOND, EYES)),
        (HubReference(NAME, "Q8_0"), (WHOLE, EYES)),
        (HubReference(NAME, file=SECOND), (FIRST, SECOND, EYES)),
    ],
)
def test_a_plan(
    downloader: Downloader, remote: Repository, place: Path, reference: HubReference, files: tuple[str, ...]
) -> None:
    download = downloader.plan(reference, place)
    assert tuple(file.path for file in download.files) == files
    assert (download.commit, download.has_projector, download.place) == (remote.head.id, True, str(place))
    assert {file.path: file.sha256 for file in download.files}.items() <= remote.sha256.items()


@pytest.mark.parametrize("reference", [HubReference(NAME, "Q2_K"), HubReference(NAME, file="other.gguf")])
def test_what_the_repository_has_not(
    downloader: Downloader, remote: Repository, place: Path, reference: HubReference
) -> None:
    with pytest.raises(VariantNotFound) as caught:
        downloader.plan(reference, place)
    wanted = reference.file or reference.variant
    assert caught.value.values == {"repository": remote.id, "variant": wanted, "variants": "Q8_0, Q4_K_M"}


def test_a_short_pause_is_waited_for(hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path) -> None:
    hub.faults.rate_limit(0, times=1)
    assert downloader.plan(HubReference(NAME), place).commit == remote.head.id
    hub.faults.rate_limit(downloading.LONGEST_WAIT_S + 1, times=1)
    with pytest.raises(HubBusy):
        downloader.plan(HubReference(NAME), place)


def test_all_parts_arrive(downloader: Downloader, remote: Repository, place: Path) -> None:
    told: list[int] = []
    download = downloader.plan(HubReference(NAME), place)
    path = bring(downloader, download, told)
    assert path is not None
    assert (path.name, path.read_bytes()) == (FIRST, model(1))
    assert names(place) == {FIRST, SECOND, EYES}
    assert blobs(place) == {remote.sha256[name] for name in (FIRST, SECOND, EYES)}
    assert told == sorted(told)
    assert told[-1] == download.bytes == held_bytes(download)


def test_a_second_part_that_fails_leaves_the_first(
    hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path
) -> None:
    drop = hub.faults.end_after(0, path=SECOND)
    download = downloader.plan(HubReference(NAME), place)
    with pytest.raises(DownloadDropped):
        bring(downloader, download)
    assert names(place) == set()
    assert held_bytes(download) == len(model(1))
    drop.lift()
    hub.requests.forget()
    assert bring(downloader, download)
    assert hub.requests.of(Place.BYTES, FIRST) == []
    assert names(place) == {FIRST, SECOND, EYES}


def test_a_stop_between_the_parts(downloader: Downloader, remote: Repository, place: Path) -> None:
    control = Control()

    def told(done: int) -> None:
        if done > len(model(1)):
            control.stop()

    download = downloader.plan(HubReference(NAME), place)
    assert downloader.run(download, control, told) is None
    assert names(place) == set()
    assert remote.sha256[FIRST] in blobs(place)


def test_room_for_all_parts_is_wanted(
    downloader: Downloader, remote: Repository, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = downloader.plan(HubReference(NAME), place)
    free = RESERVE + download.bytes
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, free - 1))
    with pytest.raises(NoRoom):
        bring(downloader, download)
    assert not place.exists()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, free))
    assert bring(downloader, download)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 0, 0))
    assert bring(downloader, download), "what is there needs no room"
    assert remote.head.id in str(bring(downloader, download))


def test_what_is_no_model_is_not_listed_and_not_kept(hub: LoopbackHub, downloader: Downloader, place: Path) -> None:
    hub.add(NAME, {"m-Q4_K_M.gguf": b"not a model"})
    with pytest.raises(NotGguf) as caught:
        bring(downloader, downloader.plan(HubReference(NAME), place))
    assert caught.value.values == {"path": "m-Q4_K_M.gguf"}
    assert (names(place), blobs(place)) == (set(), set())


def test_what_another_program_brought_is_not_removed(hub: LoopbackHub, downloader: Downloader, place: Path) -> None:
    content = b"not a model"
    remote = hub.add(NAME, {"m-Q4_K_M.gguf": content})
    download = downloader.plan(HubReference(NAME), place)
    blob = downloading.cache_of(download).blob(download.files[0])
    blob.parent.mkdir(parents=True)
    blob.write_bytes(content)
    with pytest.raises(NotGguf):
        bring(downloader, download)
    assert blobs(place) == {remote.sha256["m-Q4_K_M.gguf"]}


def test_files_that_are_others_by_now_are_planned_anew(
    hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path
) -> None:
    old = downloader.plan(HubReference(NAME), place)
    hub.faults.run_after(1000, lambda: _replace(remote), path=SECOND)
    hub.faults.end_after(2000, path=SECOND, times=1)
    changes: list[Download] = []
    path = downloader.run(replace(old, state=DownloadState.RUNNING), Control(), lambda _done: None, changes.append)
    (renewed,) = changes
    assert (renewed.id, renewed.state, renewed.commit) == (old.id, DownloadState.RUNNING, remote.head.id)
    assert path is not None
    assert remote.head.id in path.parts
    assert (path.parent / SECOND).read_bytes() == model(9)
    assert blobs(place) == {remote.sha256[name] for name in (FIRST, SECOND, EYES)}, "nothing of the old plan is left"


def _replace(remote: Repository) -> None:
    """A push by force: the old commit is gone."""
    remote.commit({FIRST: model(8), SECOND: model(9)})
    del remote.commits[0]


def test_a_variant_that_is_gone(downloader: Downloader, remote: Repository, place: Path) -> None:
    download = downloader.plan(HubReference(NAME), place)
    remote.commit({FIRST: None, SECOND: None})
    del remote.commits[0]
    with pytest.raises(VariantNotFound):
        bring(downloader, download)


def test_a_hub_that_contradicts_itself_ends(
    hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path
) -> None:
    download = downloader.plan(HubReference(NAME), place)
    wrong = replace(download, files=(replace(download.files[0], sha256="b" * 64), *download.files[1:]))
    assert bring(downloader, wrong), "the plan is made anew, once"
    shutil.rmtree(place)
    other = {"Location": f"{hub.second_endpoint}/other", "X-Linked-Etag": f'"{remote.sha256[WHOLE]}"'}
    hub.faults.answer(Answer(302, other), places={Place.RESOLVE})
    with pytest.raises(DownloadChanged):
        bring(downloader, download)


def test_a_hub_that_fails_in_between(hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path) -> None:
    download = downloader.plan(HubReference(NAME), place)
    hub.faults.unavailable()
    with pytest.raises(HubFailed):
        bring(downloader, download)
    assert remote.head.id == download.commit


def test_a_file_that_is_gone_is_told(hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path) -> None:
    download = downloader.plan(HubReference(NAME), place)
    hub.faults.answer(Answer(404, {"X-Error-Code": "EntryNotFound"}), places={Place.RESOLVE})
    with pytest.raises(DownloadChanged):
        bring(downloader, download)
    assert remote.head.id == download.commit


def test_a_cancelled_download_leaves_nothing(
    hub: LoopbackHub, downloader: Downloader, remote: Repository, place: Path
) -> None:
    assert bring(downloader, downloader.plan(HubReference(NAME, "Q8_0"), place))
    hub.faults.end_after(1000, path=SECOND, times=2)
    hub.faults.end_after(0, path=SECOND)
    download = downloader.plan(HubReference(NAME), place)
    with pytest.raises(DownloadDropped):
        bring(downloader, download)
    discard(download)
    assert blobs(place) == {remote.sha256[WHOLE], remote.sha256[EYES]}, "what has a name stays"
    assert all(os.path.exists(path) for path in place.glob("models--*/snapshots/**/*.gguf"))
