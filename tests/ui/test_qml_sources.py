"""Qt's own tools find nothing in the QML: no warning, no other format, no text outside the translations."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.ui.qml_types import QML_FOLDER, describe_types, qml_files, tool

from app import resources

KEY = re.compile(r'Texts\.t\["([^"]+)"\]')
FUNCTION = re.compile(r"^(\s*)function \w+\(.*\{\n((?:.*\n)*?)\1\}", re.MULTILINE)


def test_qmllint_finds_nothing(tmp_path: Path) -> None:
    describe_types(tmp_path)
    report = tmp_path / "report.json"
    command = [tool("qmllint"), "-I", str(tmp_path), "--json", str(report), *map(str, qml_files())]
    subprocess.run(command, check=False, capture_output=True)
    found = json.loads(report.read_text("utf-8"))["files"]
    assert {Path(entry["filename"]).name for entry in found} == {path.name for path in qml_files()}
    assert [(entry["filename"], one) for entry in found for one in entry["warnings"]] == []


def test_qmlformat_would_change_nothing(tmp_path: Path) -> None:
    copies = {path: tmp_path / "-".join(path.relative_to(QML_FOLDER).parts) for path in qml_files()}
    for path, copy in copies.items():
        shutil.copyfile(path, copy)
    listed = tmp_path / "files.txt"
    listed.write_text("\n".join(map(str, copies.values())), "utf-8")
    settings = ["--ignore-settings", "--normalize", "--newline", "unix"]
    subprocess.run([tool("qmlformat"), *settings, "--inplace", "--files", str(listed)], check=True, capture_output=True)
    assert [path for path, copy in copies.items() if copy.read_text("utf-8") != path.read_text("utf-8")] == []


@pytest.mark.parametrize("path", qml_files(), ids=lambda path: path.name)
def test_a_component_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    bodies = [body for _, body in FUNCTION.findall(text)]
    assert all(len(body.strip().splitlines()) <= 3 for body in bodies)
    assert re.search(r"^// \S", text, re.MULTILINE)
    assert re.search(r"^    id: root$", text, re.MULTILINE)
    assert "qsTr" not in text
    assert not re.search(r"(?<![.\w])Text \{", text)


def test_every_text_is_in_the_translations() -> None:
    used = {key for path in qml_files() for key in KEY.findall(path.read_text("utf-8"))}
    known = json.loads((resources.asset("translations") / "en.json").read_text("utf-8"))
    assert used - known.keys() == set()
    assert len(used) > 100


def test_every_icon_is_there() -> None:
    named = re.compile(r'(?:iconName|name): "([a-z-]+)"')
    icons = {path.stem for path in (resources.asset("icons")).glob("*.svg")}
    used = {name for path in QML_FOLDER.rglob("*.qml") for name in named.findall(path.read_text("utf-8"))}
    assert used - icons == set()
