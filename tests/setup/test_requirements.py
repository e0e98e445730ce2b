"""The pinned files: a hash on every line, no address in any, and nothing that `pyproject.toml` does not agree with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from setup_skald.places import default_places

FOLDER = default_places().root / "requirements"
COMPILED = sorted(FOLDER.glob("*.txt"), key=lambda path: path.name)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(file: Path) -> list[str]:
    """Returns each requirement with its hashes on one line, comments removed."""
    lines = [re.sub(r"(^|\s)#.*", "", line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [" ".join(line.split()) for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def pins(file: Path) -> set[str]:
    """Returns ``name==version`` of every entry."""
    return {entry.split(" ")[0] for entry in entries(file)}


def names(lines: list[str]) -> set[str]:
    """Returns the normalised names of requirement lines."""
    return {re.split(r"[<>=!;\[ ]", line)[0].lower().replace("_", "-") for line in lines if re.match(r"\w", line)}


def source_lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.in").read_text(encoding="utf-8").splitlines()


def test_every_source_is_compiled() -> None:
    assert {file.stem for file in COMPILED} == {file.stem for file in FOLDER.glob("*.in")}


@pytest.mark.parametrize("file", COMPILED, ids=lambda file: file.stem)
def test_every_entry_is_pinned_and_hashed(file: Path) -> None:
    assert entries(file)
    for entry in entries(file):
        assert re.match(r"[a-z0-9.-]+==[\w.]+( ;|  ?--hash)", entry), entry
        assert HASH.search(entry), entry


@pytest.mark.parametrize("file", [*COMPILED, *FOLDER.glob("*.in")], ids=lambda file: file.name)
def test_no_file_holds_an_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|^-f |^-i ", text, re.MULTILINE)


def test_the_development_file_holds_the_runtime_pins() -> None:
    assert pins(FOLDER / "runtime.txt") <= pins(FOLDER / "development.txt")


def test_each_source_line_is_in_its_compiled_file() -> None:
    for file in COMPILED:
        assert names(source_lines(file.stem)) <= names(entries(file))


def test_pyproject_asks_for_what_is_pinned() -> None:
    with (FOLDER.parent / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    asked = names(project["dependencies"])
    own, _, of_the_bindings = "\n".join(source_lines("runtime")).partition("# imported by llama-cpp-python")
    assert names(own.splitlines()) | names(source_lines("engine")) <= asked
    assert asked <= names(source_lines("engine")) | names(own.splitlines()) | names(of_the_bindings.splitlines())


def test_qt_stays_below_the_version_that_loses_references() -> None:
    (pin,) = (pin for pin in pins(FOLDER / "runtime.txt") if pin.startswith("pyside6-essentials=="))
    major, minor = map(int, pin.split("==")[1].split(".")[:2])
    assert (6, 8) <= (major, minor) < (6, 12)
