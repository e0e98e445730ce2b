"""The list: all sources in one, unique names that stay, the same content told, what is missing told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.library.conftest import library_of
from tests.library.gguf_bytes import named
from tests.library.made_stores import cached, gguf, pulled, put, split

from app.domain.errors import ModelMissing, ModelNotFound, ModelTruncated
from app.library.library import Library
from app.paths import Paths
from app.storage.database import Database

LM_STUDIO = ".lmstudio/models/a/b-GGUF/b-Q4_0.gguf"


def listed(library: Library) -> dict[str, str]:
    return {model_file.name: model_file.source for model_file in library.list()}


def test_every_source_in_one_list(full_library: Library, folders: Paths, home: Path, tmp_path: Path) -> None:
    full_library.adopt(put(tmp_path / "tiny.gguf"))
    cached(folders.hub_cache, "q/r-GGUF", "r-Q8_0.gguf", gguf(tensor_bytes=256))
    put(home / LM_STUDIO, gguf(tensor_bytes=384))
    pulled(home / ".ollama/models", "registry.ollama.ai/library/qwen3/1b", gguf(tensor_bytes=640))
    assert listed(full_library) == {
        "starter": "bundled",
        "tiny": "imported",
        "q/r-GGUF:Q8_0": "downloaded",
        "a/b-GGUF:Q4_0": "lm_studio",
        "qwen3:1b": "ollama",
    }
    for model_file in full_library.list():
        assert full_library.resolve(model_file.name) == model_file
        assert full_library.resolve(str(model_file.path)) == model_file


def test_names_are_unique_and_stay(full_library: Library, folders: Paths, home: Path, database: Database) -> None:
    put(home / LM_STUDIO)
    cached(home / ".cache/huggingface/hub", "a/b-GGUF", "b-Q4_0.gguf")
    cached(folders.hub_cache, "a/b-GGUF", "b-Q4_0.gguf")
    expected = ["starter", "a/b-GGUF:Q4_0", "a/b-GGUF:Q4_0@huggingface", "a/b-GGUF:Q4_0@lm_studio"]
    assert list(listed(full_library)) == expected
    assert list(listed(library_of(database, folders, home))) == expected


def test_a_repository_and_a_quantization_find_the_file(full_library: Library, folders: Paths) -> None:
    link = cached(folders.hub_cache, "a/b-GGUF", "other-name-Q4_K_M.gguf")
    assert full_library.resolve("A/b-gguf:q4_k_m").path == link
    for name in ("a/b-GGUF:Q8_0", "a/c:Q4_K_M", "a/b-GGUF:"):
        with pytest.raises(ModelNotFound):
            full_library.resolve(name)


def test_damaged_files_and_companions_are_not_listed(full_library: Library, home: Path) -> None:
    folder = home / ".lmstudio/models/a/b"
    put(folder / "cut.gguf", gguf()[:-200])
    put(folder / "text.gguf", b"hello")
    put(folder / "vision.gguf", gguf("clip"))
    put(folder / "lora.gguf", gguf(extra=[named("general.type", "adapter")]))
    put(folder / "good.gguf")
    assert list(listed(full_library)) == ["starter", "a/b/good.gguf"]
    assert list(listed(full_library)) == ["starter", "a/b/good.gguf"], "from memory as well"


def test_a_split_model_has_the_size_of_all_its_parts(full_library: Library, home: Path, tmp_path: Path) -> None:
    paths = split(tmp_path, "big-Q4_0", 3)
    found = full_library.adopt(paths[1])
    assert (found.name, found.path, found.parts) == ("big-Q4_0", paths[0], tuple(paths))
    assert found.bytes == sum(path.stat().st_size for path in paths)
    assert found.parameters == 96
    assert full_library.resolve(str(paths[2])) == found
    paths[2].unlink()
    assert list(listed(full_library)) == ["starter"]
    with pytest.raises(ModelMissing):
        full_library.adopt(paths[0])


def test_the_same_content_twice_is_told(full_library: Library, home: Path, tmp_path: Path) -> None:
    content, other = gguf(), bytearray(gguf())
    other[-100] ^= 1  # same size, same header
    imported = full_library.adopt(put(tmp_path / "tiny.gguf", content))
    put(home / ".lmstudio/models/a/b/b.gguf", content)
    put(home / ".lmstudio/models/a/b/c.gguf", bytes(other))
    pulled(home / ".ollama/models", "registry.ollama.ai/library/tiny/1b", content)
    cached(home / ".cache/huggingface/hub", "a/b", "x.gguf", content)
    same = {model_file.name: model_file.same_as for model_file in full_library.list()}
    assert same == {
        "starter": "",
        imported.name: "",
        "a/b/x.gguf": "tiny",
        "a/b/b.gguf": "tiny",
        "a/b/c.gguf": "",
        "tiny:1b": "tiny",
    }


def test_other_programs_files_are_left_as_they_are(full_library: Library, home: Path, tmp_path: Path) -> None:
    put(home / LM_STUDIO)
    pulled(home / ".ollama/models", "registry.ollama.ai/library/qwen3/1b", gguf(tensor_bytes=256))

    def state() -> list[tuple[Path, int]]:
        return sorted((path, path.lstat().st_mtime_ns) for path in home.rglob("*"))

    before = state()
    for model_file in full_library.list()[1:]:
        full_library.check(model_file.name)
        full_library.remove(model_file.name)
    assert list(listed(full_library)) == ["starter"]
    full_library.restore("qwen3:1b")
    assert list(listed(full_library)) == ["starter", "qwen3:1b"]
    assert state() == before


def test_what_is_found_already_is_not_imported_again(full_library: Library, home: Path, tmp_path: Path) -> None:
    path = put(home / LM_STUDIO)
    assert full_library.adopt(path).name == "a/b-GGUF:Q4_0"
    full_library.forget("a/b-GGUF:Q4_0")
    assert list(listed(full_library)) == ["starter"]
    assert full_library.adopt(path).source == "lm_studio", "opening it shows it again"
    shutil.rmtree(home)
    assert full_library.missing() == [], "what another program deleted is not missed"


def test_missing_files_are_told_with_the_reason(full_library: Library, tmp_path: Path) -> None:
    gone, cut = put(tmp_path / "gone.gguf"), put(tmp_path / "cut.gguf")
    full_library.adopt(gone)
    full_library.adopt(cut)
    assert full_library.missing() == []
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-200])
    first, second = full_library.missing()
    assert (first.name, type(first.error), second.name, type(second.error)) == (
        "gone", ModelMissing, "cut", ModelTruncated,
    )  # fmt: skip
    assert list(listed(full_library)) == ["starter"]
    full_library.remove("gone")
    assert [entry.name for entry in full_library.missing()] == ["cut"]
