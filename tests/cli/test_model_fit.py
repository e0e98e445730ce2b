"""`skald models fit` with a machine of the test's making."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import paths
from app.cli.model_fit import fit
from app.cli.output import Output
from app.cli.workplace import Workplace
from app.domain.errors import ModelNotFound
from app.domain.fit import DeviceMemory, Machine
from app.storage.settings import SettingsFile

GIB = 1 << 30
LAPTOP = Machine(6 * GIB, 8 * GIB, (), 20e9)


def workplace(folders: paths.Paths, *, is_json: bool) -> Workplace:
    settings = SettingsFile(folders.settings)
    settings.load()
    return Workplace(folders, settings, Output(is_json))


def test_as_one_json_object(folders: paths.Paths, capsys: pytest.CaptureFixture[str]) -> None:
    with workplace(folders, is_json=True) as place:
        fit(place, None, LAPTOP)
    record = json.loads(capsys.readouterr().out)
    assert (record["name"], record["kind"], record["n_ctx"], record["speed"]) == ("starter", "cpu", 512, "fast")
    memory = record["memory"]
    assert memory["used"] == sum(memory[part] for part in ("weights", "cache", "compute", "process", "mapped"))
    assert [use["device"] for use in record["devices"]] == ["CPU"]
    assert record["is_measured"] is False
    assert record["machine"]["free_bytes"] == 6 * GIB
    assert record["is_estimated"] is False
    assert record["text"].startswith("Runs on the CPU, more than 100 words")


def test_for_people(folders: paths.Paths, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(6 * GIB, 8 * GIB, (DeviceMemory("Vulkan0", 2 * GIB, 4 * GIB),), 20e9)
    with workplace(folders, is_json=False) as place:
        fit(place, "starter", machine)
    told = capsys.readouterr().out
    assert told.startswith("starter: Runs on the GPU · ")
    assert "on Vulkan0" in told
    assert "of 2.1 GB free" in told
    assert "of 6.4 GB free" in told
    assert "the file's header" in told
    assert "kept free" in told


def test_the_gpu_switched_off(folders: paths.Paths, capsys: pytest.CaptureFixture[str]) -> None:
    machine = Machine(6 * GIB, 8 * GIB, (DeviceMemory("Vulkan0", 2 * GIB, 4 * GIB),), 20e9)
    settings = SettingsFile(folders.settings)
    settings.load()
    settings.change(n_gpu_layers=0)
    with Workplace(folders, settings, Output(is_json=True)) as place:
        fit(place, "starter", machine)
    record = json.loads(capsys.readouterr().out)
    assert (record["kind"], record["machine"]["devices"]) == ("cpu", [])


def test_what_is_not_there(folders: paths.Paths, tmp_path: Path) -> None:
    with workplace(folders, is_json=True) as place, pytest.raises(ModelNotFound):
        fit(place, "nothing", LAPTOP)
