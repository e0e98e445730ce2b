"""The library: names, paths, what is listed, what is refused."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.library.gguf_bytes import Gguf

from app import resources
from app.domain.errors import ModelDamaged, ModelMissing, ModelNotFound, ModelTruncated, NotGguf, WrongUsage
from app.library.library import Library
from app.storage.database import Database
from app.storage.model_files import ModelFileStore


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Database.open(tmp_path / "skald.sqlite3") as database:
        yield Library(ModelFileStore(database), resources.starter_model())


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return Gguf().write(tmp_path / "tiny.gguf")


def test_the_starter_is_always_there(library: Library) -> None:
    (starter,) = library.list()
    assert (starter.name, starter.source, starter.architecture) == ("starter", "bundled", "llama")
    assert starter.bytes == resources.starter_model().stat().st_size
    assert library.resolve(None) == library.resolve("starter") == starter
    assert library.resolve(str(resources.starter_model())) == starter
    assert library.adopt(resources.starter_model()) == starter


def test_an_imported_file_stays_where_it_is(library: Library, tiny: Path) -> None:
    adopted = library.adopt(tiny)
    assert (adopted.name, adopted.path, adopted.source, adopted.context_length) == ("tiny", tiny, "imported", 2048)
    assert library.adopt(tiny) == adopted
    assert [entry.name for entry in library.list()] == ["starter", "tiny"]
    assert library.resolve("tiny") == library.resolve(str(tiny)) == adopted


def test_equal_names_get_a_number(library: Library, tiny: Path, tmp_path: Path) -> None:
    library.adopt(tiny)
    other = tmp_path / "other"
    other.mkdir()
    assert library.adopt(Path(shutil.copy(tiny, other / "tiny.gguf"))).name == "tiny-2"
    assert library.adopt(Path(shutil.copy(tiny, other / "starter.gguf"))).name == "starter-2"


def test_a_relative_path_is_kept_as_an_absolute_one(
    library: Library, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny.parent)
    assert library.adopt(Path("./tiny.gguf")).path == tiny


def test_what_is_gone_or_damaged_is_not_listed(library: Library, tiny: Path) -> None:
    library.adopt(tiny)
    content = tiny.read_bytes()
    tiny.write_bytes(content[:-100])
    assert [entry.name for entry in library.list()] == ["starter"]
    with pytest.raises(ModelTruncated):
        library.resolve("tiny")
    tiny.unlink()
    assert [entry.name for entry in library.list()] == ["starter"]
    with pytest.raises(ModelMissing):
        library.resolve("tiny")
    tiny.write_bytes(content)
    assert [entry.name for entry in library.list()] == ["starter", "tiny"]


def test_forgetting_can_be_undone_and_leaves_the_file(library: Library, tiny: Path) -> None:
    library.adopt(tiny)
    library.forget("tiny")
    assert tiny.exists()
    with pytest.raises(ModelNotFound):
        library.resolve("tiny")
    with pytest.raises(ModelNotFound):
        library.forget("tiny")
    library.restore("tiny")
    assert library.resolve("tiny").path == tiny


def test_the_starter_stays(library: Library) -> None:
    with pytest.raises(WrongUsage):
        library.forget("starter")


@pytest.mark.parametrize("name", ["nothing", "owner/repo:Q4_K_M", "", "~~"])
def test_an_unknown_name(library: Library, name: str) -> None:
    with pytest.raises(ModelNotFound):
        library.resolve(name)


def test_a_path_that_is_no_good(library: Library, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        library.resolve(str(tmp_path / "nothing.gguf"))
    (tmp_path / "text.gguf").write_text("hello")
    for call in (lambda path: library.resolve(str(path)), library.adopt):
        with pytest.raises(NotGguf):
            call(tmp_path / "text.gguf")
    assert len(library.list()) == 1


def test_the_last_used_one_comes_first(library: Library, tiny: Path) -> None:
    library.remember(library.adopt(tiny))
    assert library.resolve(None).name == "tiny"
    tiny.unlink()
    assert library.resolve(None).name == "starter"


def test_a_file_outside_the_library_can_be_the_last_used_one(library: Library, tiny: Path) -> None:
    found = library.resolve(str(tiny))
    assert found.source == "file"
    library.remember(found)
    assert library.resolve(None) == found
    assert len(library.list()) == 1


def test_check_reads_the_whole_file(library: Library, tiny: Path) -> None:
    fractions: list[float] = []
    report = library.check("starter", fractions.append)
    assert report.sha256 == hashlib.sha256(resources.starter_model().read_bytes()).hexdigest()
    assert report.is_hash_known
    assert (report.tensors, fractions[-1]) == (38, 1.0)
    library.adopt(tiny)
    assert not library.check("tiny").is_hash_known


def test_check_finds_a_flipped_bit(library: Library, tmp_path: Path) -> None:
    folder = resources.starter_model().parent
    copy = Path(shutil.copy(resources.starter_model(), tmp_path))
    shutil.copy(folder / "SHA256SUMS", tmp_path)
    assert library.check(str(copy)).is_hash_known
    content = bytearray(copy.read_bytes())
    content[-100] ^= 1
    copy.write_bytes(content)
    with pytest.raises(ModelDamaged, match="SHA-256"):
        library.check(str(copy))
