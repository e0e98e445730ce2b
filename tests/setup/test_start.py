"""What a call of `run.py` asks for, and which Pythons it accepts."""

from __future__ import annotations

import ast
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import run
from setup_skald.places import default_places
from setup_skald.start import Request, route


@pytest.mark.parametrize(
    ("arguments", "request_made"),
    [
        ([], Request(False, ())),
        (["test"], Request(True, ())),
        (["test", "tests/setup", "-k", "stamp"], Request(True, ("tests/setup", "-k", "stamp"))),
        (["chat", "-p", "Hello"], Request(False, ("chat", "-p", "Hello"))),
        (["chat", "-p", "test"], Request(False, ("chat", "-p", "test"))),
        (["test.gguf"], Request(False, ("test.gguf",))),
        (["--help"], Request(False, ("--help",))),
    ],
)
def test_arguments_go_to_skald_unless_the_first_is_test(arguments: list[str], request_made: Request) -> None:
    assert route(arguments) == request_made


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_supported_pythons_are_accepted(version: tuple[int, int]) -> None:
    assert run.refusal(version) == ""


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 15), (4, 0)])
def test_other_pythons_are_told_which_to_take(version: tuple[int, int]) -> None:
    sentence = run.refusal(version)
    assert "3.11 to 3.14" in sentence
    assert "this is {}.{}.".format(*version) in sentence


def test_run_py_parses_in_an_old_python() -> None:
    text = (default_places().root / "run.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 7))


def test_set_up_imports_only_the_standard_library() -> None:
    folder = default_places().root / "setup_skald"
    imported = {
        name.split(".")[0]
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _imported_by(node)
    }
    assert imported - {"setup_skald"} <= sys.stdlib_module_names


def _imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_a_start_with_nothing_to_do_costs_less_than_0_3_seconds(tmp_path: Path) -> None:
    """Processor time of a start through `run.py`, Python's own start included, of a program that ends at once."""
    checkout = _finished_checkout(tmp_path)
    assert _processor_seconds([sys.executable, str(checkout / "run.py")]) < 0.3


def _finished_checkout(tmp_path: Path) -> Path:
    """A checkout whose environment is up to date and whose `skald` ends at once."""
    from setup_skald import processor, stamp
    from setup_skald.places import Places

    here, root = default_places().root, tmp_path / "checkout"
    (root / ".venv" / "bin").mkdir(parents=True)
    for name in ("run.py", "pyproject.toml"):
        shutil.copy(here / name, root)
    for name in ("setup_skald", "requirements"):
        shutil.copytree(here / name, root / name)
    places = Places(root=root, cache=tmp_path)
    places.skald.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    places.skald.chmod(0o755)
    places.python.symlink_to(sys.executable)
    (places.environment / "pyvenv.cfg").write_text(f"home = {root}\nversion = 3.11.0\n", encoding="utf-8")
    stamp.write(places, stamp.wanted(places, processor.identity(), for_tests=False, variables={}))
    return root


def _processor_seconds(command: list[str]) -> float:
    """Returns the least of five runs, so that what else the machine does counts little."""
    variables = {name: value for name, value in os.environ.items() if name != "CMAKE_ARGS"}
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, env=variables)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(seconds)
