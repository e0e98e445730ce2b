"""Imported model files and their last use."""

from __future__ import annotations

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
    assert model_files.at(tiny.path) == tiny
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
