"""The command line as a whole: verbs, common options, exit codes, errors on one line, and no Qt."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.command import Skald

from app import __version__
from app.cli.program import error_line, with_verb
from app.domain.errors import EngineDied, ModelDamaged
from app.storage.database import SCHEMA_VERSION


def test_the_version(skald: Skald) -> None:
    outcome = skald("--version")
    assert (outcome.code, outcome.stdout) == (0, f"skald {__version__}\n")
    assert not skald.home.exists()


def test_help_names_every_verb(skald: Skald) -> None:
    outcome = skald("--help")
    assert outcome.code == 0
    for verb in ("gui", "chat", "models", "conversations", "doctor"):
        assert verb in outcome.stdout


@pytest.mark.parametrize(
    "line",
    [
        "fly", "chat --fly", "models", "models fly", "conversations", "conversations show", "doctor now",
        "chat -p hi --max-tokens 0", "chat -p hi --max-tokens many", "chat -p hi --temperature -1",
        "chat -p hi --temperature nan", "chat -p hi --seed -1", "chat -p hi --top-k -1", "chat -p hi --mirostat 3",
        "chat -p hi --preset wild", "chat -p hi --logit-bias sorry", "chat -p hi --grammar /not/there",
        "chat -p hi --grammar a --json-schema b", "chat -p", "--data-dir",
        "serve", "lighten", "models pull", "models search", "models pull not-a-repository",
        "conversations export",
    ],
)  # fmt: skip
def test_wrong_usage_is_2(skald: Skald, line: str) -> None:
    outcome = skald(*line.split())
    assert outcome.code == 2
    assert outcome.stdout == ""
    assert "Traceback" not in outcome.stderr


def test_an_empty_message_is_wrong_usage(skald: Skald) -> None:
    outcome = skald("chat", "-p", " \n")
    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["before", "after", "equals", "within"])
def test_common_options_stand_before_and_after_the_verb(skald: Skald, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "elsewhere"
    lines: dict[str, list[str | Path]] = {
        "before": ["--data-dir", folder, "--json", "models", "list"],
        "after": ["models", "list", "--json", "--data-dir", folder],
        "equals": [f"--data-dir={folder}", "models", "list", "--json"],
        "within": ["models", "--json", "--data-dir", folder, "list"],
    }
    outcome = skald(*lines[form])
    assert outcome.code == 0
    assert [record["name"] for record in outcome.records] == ["starter"]
    assert (folder / "data" / "skald.sqlite3").is_file()
    assert not skald.home.exists()


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ([], ["gui"]),
        (["--json"], ["--json", "gui"]),
        (["--data-dir", "chat"], ["--data-dir", "chat", "gui"]),
        (["a.GGUF"], ["gui", "a.GGUF"]),
        (["--data-dir", "d", "a.gguf"], ["--data-dir", "d", "gui", "a.gguf"]),
        (["chat"], ["chat"]),
        (["fly"], ["fly"]),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
    ],
)
def test_no_verb_or_a_model_file_means_the_window(line: list[str], meant: list[str]) -> None:
    assert with_verb(line) == meant


def test_a_known_error_is_one_line(skald: Skald) -> None:
    outcome = skald("conversations", "show", "nothing")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == ("skald: There is no conversation nothing. `skald conversations list` shows them all.\n")


def test_an_error_of_many_lines_becomes_one() -> None:
    line = error_line(EngineDied(code=-6, log="GGML_ASSERT\nfailed\x1b[31m"))
    assert "\n" not in line
    assert "\x1b" not in line
    assert error_line(ModelDamaged(path="{x}", reason="{y}")).startswith("skald: {x} is damaged ({y}).")


def test_it_speaks_chinese(skald: Skald) -> None:
    outcome = skald("conversations", "list", environment={"LANG": "zh_CN.UTF-8"})
    assert outcome.stderr == "没有对话。\n"


def test_a_newer_store_is_a_sentence_and_stays(skald: Skald) -> None:
    skald("conversations", "list")
    path = skald.home / "data" / "skald.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    outcome = skald("chat", "-p", "Hi")
    assert outcome.code == 1
    assert outcome.stderr.startswith(f"skald: The conversations in {path} were written by a newer Skald.")
    assert outcome.stderr.count("\n") == 1
    assert path.read_bytes() == before


def test_a_bad_setting_is_told_and_stops_nothing(skald: Skald) -> None:
    (skald.home / "config").mkdir(parents=True)
    (skald.home / "config" / "settings.json").write_text('{"temperature": 99}')
    outcome = skald("models", "list", "--json")
    assert (outcome.code, len(outcome.records)) == (0, 1)
    assert "temperature" in outcome.stderr


def test_a_bug_leaves_a_report_and_one_line(skald: Skald, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled"
    spoiled.mkdir()
    (spoiled / "sitecustomize.py").write_text(
        "import app.storage.model_files as m\ndef fail(self): raise ValueError('a bug')\nm.ModelFileStore.list = fail\n"
    )
    path = f"{spoiled}:{skald.environment['PYTHONPATH']}"
    outcome = skald("models", "list", environment={"PYTHONPATH": path})
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.count("\n") == 1
    (report,) = (skald.home / "state" / "logs").glob("crash-*.txt")
    assert str(report) in outcome.stderr
    assert "ValueError: a bug" in report.read_text()


def test_a_reader_that_leaves_is_no_error(skald: Skald) -> None:
    with subprocess.Popen(
        skald.command("models", "list", "--json"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=skald.environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


WATCH = """
import atexit, sys
def tell():
    found = sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6"))
    with open({path!r}, "a") as stream:
        stream.write(" ".join(found) + "\\n")
atexit.register(tell)
"""


@pytest.mark.parametrize(
    "line", ["chat -p Hello", "models list", "models check starter", "conversations list", "doctor", "--version"]
)
def test_no_verb_but_gui_imports_qt(skald: Skald, tmp_path: Path, line: str) -> None:
    watching = tmp_path / "watching"
    watching.mkdir()
    (watching / "sitecustomize.py").write_text(WATCH.format(path=str(tmp_path / "imported")))
    path = f"{watching}:{skald.environment['PYTHONPATH']}"
    assert skald(*line.split(), environment={"PYTHONPATH": path}).code == 0
    told = (tmp_path / "imported").read_text().splitlines()
    assert told, "the watcher ran"
    assert set(told) == {""}
