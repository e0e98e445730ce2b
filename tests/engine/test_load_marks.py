"""A mark stands while a model is loaded, and stays where the engine or the program ends within that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engine.conftest import load
from tests.engine.gguf_document import UINT32, Document
from tests.gguf_files import write_llama

from app.domain.errors import EngineDied, EngineHung, ModelRefused
from app.engine.client import EngineClient
from app.engine.load_marks import LoadMarks, LoadTrouble
from app.engine.process import _environment


@pytest.fixture
def marks(tmp_path: Path) -> LoadMarks:
    return LoadMarks(tmp_path / "loads")


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    return str(tmp_path / "m.gguf")


def test_a_load_that_ends_leaves_nothing(marks: LoadMarks, path: str, tmp_path: Path) -> None:
    with marks.during(path):
        assert len(list((tmp_path / "loads").iterdir())) == 1
        assert marks.trouble(path) is None, "it is under way"
    assert list((tmp_path / "loads").iterdir()) == []
    with pytest.raises(ModelRefused), marks.during(path):
        raise ModelRefused(path=path, log="no")
    assert list((tmp_path / "loads").iterdir()) == []


@pytest.mark.parametrize("death", [EngineDied(code=-6), EngineHung(seconds=120)])
def test_a_death_is_known_until_a_load_succeeds(marks: LoadMarks, path: str, death: EngineDied) -> None:
    with pytest.raises(type(death)), marks.during(path):
        raise death
    assert marks.trouble(path) is LoadTrouble.DIED
    assert marks.trouble(path) is LoadTrouble.DIED
    with marks.during(path):
        pass
    assert marks.trouble(path) is None


def test_another_file_in_its_place_is_free_of_it(marks: LoadMarks, path: str) -> None:
    with pytest.raises(EngineDied), marks.during(path):
        raise EngineDied(code=-6)
    Path(path).write_bytes(b"GGUF, the next one")
    assert marks.trouble(path) is None
    Path(path).unlink()
    assert marks.trouble(path) is None


def test_a_program_that_ends_within_a_load(marks: LoadMarks, path: str, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from app.engine.load_marks import LoadMarks\n"
        "with LoadMarks(Path(sys.argv[1])).during(sys.argv[2]): os._exit(9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "loads"), path]
    assert subprocess.run(command, env=_environment(), check=False).returncode == 9
    assert marks.trouble(path) is LoadTrouble.UNFINISHED
    marks.end(path)
    assert marks.trouble(path) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"path": 3}'])
def test_a_mark_that_cannot_be_read_is_none(marks: LoadMarks, path: str, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(EngineDied), marks.during(path):
        raise EngineDied(code=-6)
    (file,) = (tmp_path / "loads").iterdir()
    file.write_bytes(content)
    assert marks.trouble(path) is None


def test_a_folder_that_cannot_be_written_prevents_no_load(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    marks = LoadMarks(tmp_path / "file" / "loads")
    with marks.during(path):
        pass
    assert marks.trouble(path) is None


def test_a_real_crash_leaves_a_mark_and_a_real_load_takes_it_away(marks: LoadMarks, tmp_path: Path) -> None:
    sound = write_llama(tmp_path / "m.gguf")
    document = Document.read(sound)
    document.put("llama.nextn_predict_layers", UINT32, 9)
    killer = tmp_path / "killer.gguf"
    killer.write_bytes(document.content())
    client = EngineClient(marks=marks)
    with pytest.raises(EngineDied):
        load(client, killer)
    assert marks.trouble(str(killer)) is LoadTrouble.DIED
    load(client, sound)
    assert marks.trouble(str(sound)) is None
    assert marks.trouble(str(killer)) is LoadTrouble.DIED
    os.replace(sound, killer)
    load(client, killer)
    assert marks.trouble(str(killer)) is None
    client.close()
    assert list((tmp_path / "loads").iterdir()) == []
