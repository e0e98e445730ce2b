"""What is said of this Skald is complete, and what is copied for a report tells nothing of the person."""

from __future__ import annotations

import getpass
import platform
import tomllib
from dataclasses import replace
from pathlib import Path

from app.engine.devices import Device, EngineBuild
from app.paths import Paths
from app.services import about
from app.storage.settings import Settings

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
BUILD = EngineBuild((Device("CPU", "A processor", 0, 8 << 30),), "AVX2 = 1", 0, ("CPU",), "/home/ada/engine")


def test_every_dependency_is_named_with_its_licence() -> None:
    listed = {entry.name.lower().replace("_", "-"): entry for entry in about.licences()}
    wanted = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"]
    names = {line.replace("=", ">").replace("<", ">").partition(">")[0].lower().replace("_", "-") for line in wanted}
    assert names | {"skald", "llama.cpp", "python", "shiboken6"} <= set(listed)
    assert all(listed[name].licence for name in names)


def test_a_report_holds_what_helps() -> None:
    report = about.report(Settings(theme="dark"), BUILD, "Qt 6, xcb")
    assert report.startswith("Skald ")
    for part in ("llama-cpp-python", "A processor", "theme=dark", "Qt 6, xcb", "GiB of memory"):
        assert part in report


def test_a_report_holds_nothing_private(folders: Paths) -> None:
    secrets = {
        "system_prompt": "I am Ada",
        "hub_endpoint": "https://hub.at-my-work.example",
        "last_conversation": "c-1",
    }
    report = about.report(replace(Settings(), **secrets), BUILD, "Qt 6, xcb")  # type: ignore[arg-type]
    private = [*secrets.values(), str(folders.data), str(Path.home()), "/home", platform.node(), BUILD.folder]
    assert [text for text in private if text and text in report] == []
    name = getpass.getuser()
    assert not any(part.strip(",.:") == name for part in report.split())
    assert "/" not in report.replace("https://", "").replace("\\", "/").partition("System")[0]


def test_an_engine_that_does_not_answer_has_no_devices() -> None:
    assert about.devices(EngineBuild((), "")) == ""
    assert about.devices(BUILD) == "CPU\nCPU: A processor"
