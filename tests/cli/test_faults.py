"""`skald chat` with files that are no good, and with a model that took the engine down the last time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import Skald
from tests.engine import corrupted
from tests.engine.gguf_document import Document
from tests.gguf_files import write_scripted

from app import paths
from app.domain.errors import EngineDied
from app.engine.load_marks import LoadMarks


def test_corrupted_files_end_in_one_line_each(skald: Skald, tmp_path: Path) -> None:
    sound = Document.read(write_scripted(tmp_path / "sound.gguf", [b"fine"]))
    names = ["cut", "2 of 2000 experts", "endless text", "no magic", "two equal tokens"]
    found = {variant.name: variant for variant in corrupted.some(sound, 600)}
    found["cut"] = corrupted.Variant("cut", sound.content()[:-3000])
    for name in names:
        path = tmp_path / "bad.gguf"
        path.write_bytes(found[name].content)
        outcome = skald("chat", "-m", path, "-p", "Hi")
        assert (outcome.code, outcome.stdout) == (1, ""), name
        assert outcome.stderr.startswith("skald: "), name
        assert outcome.stderr.count("\n") == 1, outcome.stderr


def test_a_model_that_crashed_the_engine_is_used_again_only_by_its_name(skald: Skald, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "m.gguf", [b"fine"])
    assert skald("chat", "-m", path, "-p", "Hi").stdout == "fine\n"
    with pytest.raises(EngineDied), LoadMarks(paths.find(str(skald.home)).loads).during(str(path)):
        raise EngineDied(code=-11)
    (conversation,) = skald("conversations", "list", "--json").records
    for arguments in ([], ["--conversation", conversation["id"]], ["--json"]):
        outcome = skald("chat", "-p", "Hi", *arguments)
        assert outcome.code == 1
        assert "stopped unexpectedly while it loaded" in outcome.stderr
        assert outcome.stderr.count("\n") == 1
    assert len(skald("conversations", "list", "--json").records) == 1, "nothing was said"
    assert skald("chat", "-m", "starter", "-p", "Hi").code == 0
    assert skald("chat", "-m", path, "-p", "Hi").stdout == "fine\n"
    assert skald("chat", "-p", "Hi").stdout == "fine\n", "and by itself once it was loaded"
