"""A model is measured once for a machine, and not on battery."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.domain.language_model import LoadRequest, ModelFile, Tuning
from app.services.tuning import Tuner, is_busy, is_on_battery, machine_id, name_for
from app.storage.tunings import TuningStore

FILE = ModelFile("m", Path("/m.gguf"), 1000, "Q4_0", "llama", 500, 512, "imported")
REQUEST = LoadRequest("/m.gguf", "m")
TUNING = Tuning(4, 4, 512)


@pytest.fixture
def store(tmp_path: Path) -> TuningStore:
    return TuningStore(tmp_path / "tunings.json")


def test_the_first_load_is_to_measure_and_the_next_one_knows(store: TuningStore) -> None:
    tuner = Tuner(store, is_on_battery=lambda: False, is_busy=lambda: False)
    first = tuner.complete(FILE, REQUEST)
    assert first.tuning is None
    assert first.tune_as
    store.keep(first.tune_as, TUNING)
    assert tuner.complete(FILE, REQUEST) == replace(first, tuning=TUNING)


def test_on_battery_nothing_is_measured_but_what_is_known_is_used(store: TuningStore) -> None:
    tuner = Tuner(store, is_on_battery=lambda: True, is_busy=lambda: False)
    assert tuner.complete(FILE, REQUEST) == REQUEST
    store.keep(name_for(machine_id(), FILE, REQUEST), TUNING)
    assert tuner.complete(FILE, REQUEST).tuning == TUNING


def test_a_busy_machine_measures_later(store: TuningStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Tuner(store, lambda: False, lambda: True).complete(FILE, REQUEST) == REQUEST
    monkeypatch.setattr(os, "getloadavg", lambda: (0.1, 9.0, 9.0))
    assert not is_busy()
    monkeypatch.setattr(os, "getloadavg", lambda: (1000.0, 0.0, 0.0))
    assert is_busy()


@pytest.mark.parametrize(
    ("model_file", "request_"),
    [
        (replace(FILE, bytes=1001), REQUEST),
        (replace(FILE, quantization="Q8_0"), REQUEST),
        (FILE, replace(REQUEST, n_gpu_layers=0)),
        (FILE, replace(REQUEST, n_threads=2)),
    ],
)
def test_what_decides_the_speed_decides_the_name(model_file: ModelFile, request_: LoadRequest) -> None:
    assert name_for("here", model_file, request_) != name_for("here", FILE, REQUEST)


def test_a_name_is_for_one_machine_and_not_for_one_folder() -> None:
    assert name_for("here", FILE, REQUEST) != name_for("there", FILE, REQUEST)
    moved = replace(FILE, name="n", path=Path("/n.gguf"))
    assert name_for("here", moved, REQUEST) == name_for("here", FILE, REQUEST)
    assert machine_id() == machine_id()


@pytest.mark.parametrize(("is_plugged", "expected"), [(True, False), (False, True), (None, False)])
def test_the_battery_is_asked(monkeypatch: pytest.MonkeyPatch, is_plugged: bool | None, expected: bool) -> None:
    class Battery:
        power_plugged = is_plugged

    monkeypatch.setattr(psutil, "sensors_battery", Battery, raising=False)
    assert is_on_battery() is expected
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)
    assert is_on_battery() is False
