"""What was measured of a model is kept, and lost without harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.domain.language_model import Tuning
from app.storage.tunings import MOST_KEPT, TuningStore

TUNING = Tuning(4, 8, 128, flash_attention=False)


def test_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "tunings.json"
    assert TuningStore(path).get("a") is None
    TuningStore(path).keep("a", TUNING)
    TuningStore(path).keep("b", Tuning(1, 1, 512))
    assert TuningStore(path).get("a") == TUNING
    assert TuningStore(path).get("b") == Tuning(1, 1, 512)
    assert [item.name for item in path.parent.iterdir()] == ["tunings.json"]


def test_the_oldest_go_first(tmp_path: Path) -> None:
    store = TuningStore(tmp_path / "tunings.json")
    for number in range(MOST_KEPT + 1):
        store.keep(str(number), TUNING)
    assert store.get("0") is None
    assert store.get("1") == TUNING


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"a": 1}',
        '{"a": {"n_threads": 0, "n_threads_batch": 1, "n_batch": 512, "flash_attention": true}}',
        '{"a": {"n_threads": true, "n_threads_batch": 1, "n_batch": 512, "flash_attention": true}}',
        '{"a": {"n_threads": 99999, "n_threads_batch": 1, "n_batch": 512, "flash_attention": true}}',
        '{"a": {"n_threads": 1, "n_threads_batch": 1, "n_batch": 512, "flash_attention": 1}}',
    ],
)
def test_what_cannot_be_is_as_if_it_was_not_measured(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tunings.json"
    path.write_text(content)
    store = TuningStore(path)
    assert store.get("a") is None
    store.keep("a", TUNING)
    assert store.get("a") == TUNING


def test_a_folder_that_cannot_be_written_loses_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = TuningStore(tmp_path / "file" / "tunings.json")
    store.keep("a", TUNING)
    assert store.get("a") is None


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "tunings.json"
    TuningStore(path).keep("a", TUNING)
    assert json.loads(path.read_text())["a"]["n_threads_batch"] == 8
