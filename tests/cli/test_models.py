"""`skald models` in the terminal."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.cli.command import Skald
from tests.library.gguf_bytes import Gguf
from tests.library.made_stores import cached, put

from app import resources

FIELDS = ["name", "path", "bytes", "quantization", "architecture", "parameters", "context_length", "source"]


def test_list(skald: Skald) -> None:
    (starter,) = skald("models", "list", "--json").records
    assert list(starter)[: len(FIELDS)] == FIELDS
    assert starter["path"] == str(resources.starter_model())
    assert (starter["name"], starter["quantization"], starter["source"]) == ("starter", "Q4_K_M", "bundled")
    assert starter["bytes"] == resources.starter_model().stat().st_size
    heading, line = skald("models", "list").stdout.splitlines()
    assert heading.split() == FIELDS
    assert line.split()[0] == "starter"


def test_import_and_remove_leave_the_file(skald: Skald, tmp_path: Path) -> None:
    path = Gguf().write(tmp_path / "tiny model.gguf")
    (imported,) = skald("models", "import", path, "--json").records
    assert (imported["name"], imported["source"], imported["parameters"]) == ("tiny model", "imported", 192)
    assert [entry["name"] for entry in skald("models", "list", "--json").records] == ["starter", "tiny model"]
    removed = skald("models", "remove", "tiny model")
    assert removed.code == 0
    assert str(path) in removed.stdout
    assert path.exists()
    assert len(skald("models", "list", "--json").records) == 1
    assert skald("models", "remove", "tiny model").code == 1


def test_what_is_no_model_is_told(skald: Skald, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_text("not a model")
    outcome = skald("models", "import", tmp_path / "a.gguf", "--json")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert "is not a GGUF model file." in outcome.stderr
    cut = Gguf(missing=128).write(tmp_path / "b.gguf")
    assert "100 bytes are missing" in skald("models", "check", cut).stderr
    assert skald("models", "check", tmp_path / "c.gguf").code == 1


def test_the_starter_stays(skald: Skald) -> None:
    outcome = skald("models", "remove", "starter")
    assert outcome.code == 2
    assert "the starter is part of Skald" in outcome.stderr


def test_check(skald: Skald) -> None:
    (record,) = skald("models", "check", "starter", "--json").records
    assert record["sha256"] == hashlib.sha256(resources.starter_model().read_bytes()).hexdigest()
    assert (record["name"], record["tensors"], record["hash"]) == ("starter", 38, "published")
    assert record["sha256"] in skald("models", "check", "starter").stdout


def test_a_missing_file_is_told_on_the_side(skald: Skald, tmp_path: Path) -> None:
    path = Gguf().write(tmp_path / "tiny.gguf")
    skald("models", "import", path)
    path.unlink()
    outcome = skald("models", "list", "--json")
    assert (outcome.code, [entry["name"] for entry in outcome.records]) == (0, ["starter"])
    assert "tiny is in the library but cannot be used" in outcome.stderr
    assert str(path) in outcome.stderr


def test_import_by_moving_remove_and_restore(skald: Skald, tmp_path: Path) -> None:
    path = Gguf().write(tmp_path / "tiny.gguf")
    (moved,) = skald("models", "import", "--move", path, "--json").records
    ours = skald.home / "data" / "models" / "imported" / "tiny.gguf"
    assert (moved["source"], moved["path"]) == ("moved", str(ours))
    assert ours.exists()
    assert not path.exists()
    removed = skald("models", "remove", "tiny")
    assert f"frees {moved['bytes']:,} bytes" in removed.stdout
    assert not ours.exists()
    assert skald("models", "restore", "tiny").code == 0
    assert [entry["name"] for entry in skald("models", "list", "--json").records] == ["starter", "tiny"]
    assert skald("models", "restore", "nothing").code == 1


def test_a_download_is_listed_checked_removed_and_restored(skald: Skald) -> None:
    link = cached(skald.home / "data" / "models" / "hub", "a/b-GGUF", "b-Q4_0.gguf")
    (_, found) = skald("models", "list", "--json").records
    assert (found["name"], found["source"], found["path"]) == ("a/b-GGUF:Q4_0", "downloaded", str(link))
    assert found["sha256"] == link.resolve().name
    (checked,) = skald("models", "check", "a/b-GGUF:Q4_0", "--json").records
    assert checked["hash"] == "published"
    (removed,) = skald("models", "remove", "a/b-GGUF:Q4_0", "--json").records
    assert (removed["outcome"], removed["bytes"]) == ("trashed", found["bytes"])
    skald("models", "restore", "a/b-GGUF:Q4_0")
    assert len(skald("models", "list", "--json").records) == 2


def test_another_program_s_file_is_hidden_and_the_same_content_told(skald: Skald, tmp_path: Path) -> None:
    skald.environment["SKALD_OTHER_PROGRAMS"] = str(tmp_path)
    path = put(tmp_path / ".lmstudio/models/a/b-GGUF/b-Q4_0.gguf")
    skald("models", "import", put(tmp_path / "tiny.gguf"))
    heading, *_, last = skald("models", "list").stdout.splitlines()
    assert heading.split() == [*FIELDS, "same_as"]
    assert last.split()[-2:] == ["lm_studio", "tiny"]
    removed = skald("models", "remove", "a/b-GGUF:Q4_0")
    assert "is hidden" in removed.stdout
    assert path.exists()
    assert len(skald("models", "list", "--json").records) == 2
    skald("models", "restore", "a/b-GGUF:Q4_0")
    assert len(skald("models", "list", "--json").records) == 3
