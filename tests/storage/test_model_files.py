"""Imported model files and their last use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ModelNotFound
from app.storage.database import Database
from app.storage.model_files import ModelFileStore, StoredModelFile


@pytest.fixture
def model_files(database: Database) -> ModelFileStore:
    return ModelFileStore(database)


def test_added_forgotten_and_restored(model_files: ModelFileStore) -> None:
    tiny = model_files.add("tiny", Path("/models/tiny.gguf"), "imported")
    big = model_files.add("big", Path("/models/big.gguf"), "imported")
    assert tiny == StoredModelFile("tiny", Path("/models/tiny.gguf"), "imported")
    model_files.forget("tiny")
    assert model_files.list() == [big]
    assert model_files.names() == {"tiny", "big"}
    assert model_files.at(tiny.path) == replace(tiny, is_forgotten=True)
    assert model_files.everything() == [replace(tiny, is_forgotten=True), big]
    model_files.restore("tiny")
    assert model_files.list() == [tiny, big]


def test_adding_again_brings_the_old_name_back(model_files: ModelFileStore) -> None:
    model_files.add("tiny", Path("/models/tiny.gguf"), "imported")
    model_files.forget("tiny")
    assert model_files.add("tiny-2", Path("/models/tiny.gguf"), "imported").name == "tiny"
    assert len(model_files.list()) == 1


def test_an_unknown_name_is_told(model_files: ModelFileStore) -> None:
    for call in (model_files.forget, model_files.restore):
        with pytest.raises(ModelNotFound):
            call("nothing")
    assert model_files.at(Path("/nothing")) is None


def test_the_last_use_is_remembered(model_files: ModelFileStore) -> None:
    assert model_files.last_used() is None
    for name in ("starter", "tiny", "starter"):
        model_files.remember_use(name)
        assert model_files.last_used() == name


def test_what_was_found_can_be_hidden_and_shown_again(model_files: ModelFileStore) -> None:
    hidden = model_files.hide("qwen3:0.6b", Path("/ollama/blobs/sha256-1"), "ollama")
    assert hidden.is_forgotten
    assert model_files.list() == []
    model_files.restore("qwen3:0.6b")
    assert model_files.hide("another name", hidden.path, "ollama") == hidden, "the name of a path stays"


def test_a_moved_file_keeps_its_name(model_files: ModelFileStore) -> None:
    tiny = model_files.add("tiny", Path("/downloads/tiny.gguf"), "imported")
    model_files.move(tiny.path, Path("/ours/tiny.gguf"), "moved")
    assert model_files.list() == [StoredModelFile("tiny", Path("/ours/tiny.gguf"), "moved")]
