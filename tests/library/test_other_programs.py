"""The model files of other programs are found where those programs keep them, and nothing else is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.library.made_stores import cached, gguf, pulled, put, split

from app.library import folder_walk
from app.library.found_model import FoundModel
from app.library.ollama_store import ollama_models
from app.library.other_programs import (
    gpt4all_models,
    hugging_face_models,
    jan_models,
    lm_studio_models,
    models_of_other_programs,
)
from app.library.surroundings import Surroundings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def linux(home: Path, **variables: str) -> Surroundings:
    return Surroundings(home, variables, "linux", home / "root")


def names(found: list[FoundModel]) -> list[str]:
    return [model.name for model in found]


def test_nothing_is_found_where_nothing_is(home: Path) -> None:
    assert models_of_other_programs(linux(home)) == []


def test_the_hugging_face_cache(home: Path) -> None:
    cache = home / ".cache" / "huggingface" / "hub"
    link = cached(cache, "Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf")
    cached(cache, "Qwen/Qwen3-0.6B-GGUF", "mmproj-F16.gguf", gguf(tensor_bytes=256))
    cached(cache, "unsloth/Other-GGUF", "BF16/special-edition.gguf")
    put(cache / "models--a--b" / "blobs" / "1234.incomplete")
    put(cache / "datasets--a--b" / "snapshots" / "1" / "a.gguf")
    first, second = hugging_face_models(linux(home))
    assert (first.name, first.path, first.source) == ("Qwen/Qwen3-0.6B-GGUF:Q8_0", link, "huggingface")
    assert first.sha256 == link.resolve().name
    assert first.repository == "Qwen/Qwen3-0.6B-GGUF"
    assert second.name == "unsloth/Other-GGUF/BF16/special-edition.gguf"


def test_of_two_commits_the_current_one_counts(home: Path) -> None:
    cache = home / ".cache" / "huggingface" / "hub"
    new = cached(cache, "a/b-GGUF", "b-Q4_0.gguf", gguf(), "new")
    cached(cache, "a/b-GGUF", "b-Q4_0.gguf", gguf(tensor_bytes=256), "old")
    only_old = cached(cache, "a/b-GGUF", "b-Q8_0.gguf", gguf(tensor_bytes=384), "old")
    put(cache / "models--a--b-GGUF" / "refs" / "main", b"new\n")
    assert {model.path for model in hugging_face_models(linux(home))} == {new, only_old}


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"])
def test_the_cache_may_be_elsewhere(home: Path, tmp_path: Path, variable: str) -> None:
    below = {"HF_HUB_CACHE": "", "HF_HOME": "hub", "XDG_CACHE_HOME": "huggingface/hub"}[variable]
    cached(tmp_path / "there" / below, "a/b-GGUF", "b-Q4_0.gguf")
    assert names(hugging_face_models(linux(home, **{variable: str(tmp_path / "there")}))) == ["a/b-GGUF:Q4_0"]


def test_lm_studio_wherever_its_settings_say(home: Path, tmp_path: Path) -> None:
    put(home / ".lmstudio/models/lmstudio-community/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf")
    put(home / ".lmstudio/models/lmstudio-community/Qwen3-4B-GGUF/downloading_Qwen3-4B-Q8_0.gguf")
    put(home / ".lmstudio/models/lmstudio-community/Qwen3-4B-GGUF/Qwen3-4B-Q6_K.gguf.part")
    put(home / ".cache/lm-studio/models/me/mine/mine.gguf")
    put(home / ".lmstudio/settings.json", json.dumps({"downloadsFolder": str(tmp_path / "more")}).encode())
    put(tmp_path / "more" / "loose.gguf")
    put(home / ".lmstudio-home-pointer", f"{tmp_path / 'pointed'}\n".encode())
    put(tmp_path / "pointed/models/a/b/b.Q5_K_M.gguf")
    assert names(lm_studio_models(linux(home))) == [
        "lmstudio-community/Qwen3-4B-GGUF:Q4_K_M", "me/mine/mine.gguf", "a/b:Q5_K_M", "loose",
    ]  # fmt: skip


def test_ollama_by_its_manifests(home: Path) -> None:
    store = home / ".ollama" / "models"
    blob = pulled(store, "registry.ollama.ai/library/qwen3/latest")
    pulled(store, "registry.ollama.ai/library/qwen3/0.6b")
    pulled(store, "registry.ollama.ai/me/mine/latest", gguf(tensor_bytes=256))
    pulled(store, "hf.co/a/b-GGUF/Q4_0", gguf(tensor_bytes=384))
    found = ollama_models(linux(home))
    assert names(found) == ["hf.co/a/b-GGUF:Q4_0", "me/mine:latest", "qwen3:0.6b"], "two tags of one blob are one"
    assert (found[2].path, found[2].sha256) == (blob, blob.name.removeprefix("sha256-"))
    elsewhere = home / "elsewhere"
    pulled(elsewhere, "registry.ollama.ai/library/tiny/1b")
    pulled(home / "root/usr/share/ollama/.ollama/models", "registry.ollama.ai/library/system/1b", gguf("phi3"))
    assert "tiny:1b" in names(ollama_models(linux(home, OLLAMA_MODELS=str(elsewhere))))
    assert "system:1b" in names(ollama_models(linux(home)))


@pytest.mark.parametrize(
    "layer",
    [
        {"digest": "sha256:../../../../etc/passwd"},
        {"digest": "sha256:" + "0" * 64},
        {"digest": 5},
        {"mediaType": "application/vnd.ollama.image.adapter"},
        {"size": 5},
    ],
)
def test_a_manifest_is_not_trusted(home: Path, layer: dict[str, object]) -> None:
    pulled(home / ".ollama" / "models", "registry.ollama.ai/library/bad/1b", layer=layer)
    assert ollama_models(linux(home)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["layers", "digest", "mediaType"]), inner),
        max_leaves=10,
    )
    | st.just([[]] * 2)
)
def test_any_manifest_is_survived(tmp_path: Path, said: object) -> None:
    put(tmp_path / ".ollama/models/manifests/registry.ollama.ai/library/odd/1b", json.dumps(said).encode() or b"x")
    assert ollama_models(linux(tmp_path)) == []


def test_jan_by_its_descriptions_and_as_plain_files(home: Path, tmp_path: Path) -> None:
    data = home / ".local/share/Jan/data"
    model = put(data / "llamacpp/models/janhq/Jan-v1-4B/model.gguf")
    put(
        data / "llamacpp/models/janhq/Jan-v1-4B/model.yml",
        b"name: Jan v1\nmodel_path: llamacpp/models/janhq/Jan-v1-4B/model.gguf\n",
    )
    put(data / "llamacpp/models/janhq/Jan-v1-4B/mmproj.gguf")
    outside = put(tmp_path / "mine.gguf")
    put(data / "llamacpp/models/imported/model.yml", f'model_path: "{outside}"\n'.encode())
    put(data / "llamacpp/models/escaping/model.yml", b"model_path: ../../../../mine.gguf\n")
    put(data / "llamacpp/models/gone/model.yml", b"model_path: llamacpp/models/gone/model.gguf\n")
    put(home / "jan/models/trinity-v1-7b/trinity-v1.Q4_K_M.gguf")
    found = {model.name: model.path for model in jan_models(linux(home))}
    assert found == {
        "imported": outside,
        "janhq/Jan-v1-4B": model,
        "trinity-v1.Q4_K_M": home / "jan/models/trinity-v1-7b/trinity-v1.Q4_K_M.gguf",
    }


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("linux", ".local/share/nomic.ai/GPT4All"),
        ("darwin", "Library/Application Support/nomic.ai/GPT4All"),
        ("win32", "AppData/Local/nomic.ai/GPT4All"),
    ],
)
def test_gpt4all_on_each_system(home: Path, system: str, folder: str) -> None:
    put(home / folder / "Llama-3.2-1B-Instruct-Q4_0.gguf")
    put(home / folder / "incomplete-Phi-3-mini.gguf")
    found = gpt4all_models(Surroundings(home, {}, system))
    assert names(found) == ["Llama-3.2-1B-Instruct-Q4_0"]


def test_gpt4all_where_its_settings_say(home: Path, tmp_path: Path) -> None:
    put(home / ".config/nomic.ai/GPT4All.ini", f"[General]\nmodelPath={tmp_path / 'more'}\n".encode())
    put(tmp_path / "more" / "a.gguf")
    assert names(gpt4all_models(linux(home))) == ["a"]


def test_a_split_model_is_one_and_an_incomplete_one_is_none(home: Path) -> None:
    folder = home / ".lmstudio/models/a/Big-GGUF"
    paths = split(folder, "Big-Q4_K_M", 3)
    split(folder, "Half-Q4_K_M", 3, missing=2)
    (found,) = lm_studio_models(linux(home))
    assert (found.name, found.path, found.parts) == ("a/Big-GGUF:Q4_K_M", paths[0], tuple(paths))


def test_links_that_go_round_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home / ".lmstudio/models/a/b"
    put(folder / "b.gguf")
    (folder / "round").symlink_to(home / ".lmstudio" / "models", target_is_directory=True)
    (folder / "nowhere.gguf").symlink_to(home / "nothing")
    assert names(lm_studio_models(linux(home))) == ["a/b/b.gguf"]
    monkeypatch.setattr(folder_walk, "MOST_ENTRIES", 2)
    assert folder_walk.model_files(home, folder_walk.Walk(2)) == []


def test_a_folder_that_cannot_be_read_is_passed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = put(home / ".lmstudio/models/a/b/b.gguf").parent
    put(home / ".lmstudio/models/c/d/d.gguf")
    look = os.scandir

    def refuse(folder: Path) -> object:
        if folder == closed:
            raise PermissionError
        return look(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(lm_studio_models(linux(home))) == ["c/d/d.gguf"]


def test_a_file_that_is_still_written_is_not_found(home: Path) -> None:
    folder = home / ".lmstudio/models/a/b"
    for ending in (".aria2", ".part"):
        put(folder / f"b{ending}.gguf")
        put(folder / f"b{ending}.gguf{ending}")
    assert lm_studio_models(linux(home)) == []


def test_where_to_look_can_be_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Surroundings.here() is None, "the tests look nowhere"
    put(home / ".lmstudio/models/a/b/b.gguf")
    monkeypatch.setenv("SKALD_OTHER_PROGRAMS", str(home))
    here = Surroundings.here()
    assert here is not None
    assert names(models_of_other_programs(here)) == ["a/b/b.gguf"]
    monkeypatch.delenv("SKALD_OTHER_PROGRAMS")
    monkeypatch.setenv("HOME", str(home))
    real = Surroundings.here()
    assert real is not None
    assert real.variables["HOME"] == str(home)
