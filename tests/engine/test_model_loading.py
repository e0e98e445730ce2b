"""A file that llama.cpp refuses is told by name, whatever is wrong with it, and nothing ever hangs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.engine.conftest import asked, load, reply
from tests.gguf_files import write_llama, write_scripted

from app.domain.errors import (
    AppError,
    ArchitectureUnknown,
    EnvironmentProblem,
    ModelDamaged,
    ModelProblem,
    NotGguf,
    OutOfMemory,
)
from app.domain.language_model import LoadRequest
from app.engine.client import EngineClient


def test_an_unknown_architecture(engine: EngineClient, tmp_path: Path) -> None:
    path = write_llama(tmp_path / "m.gguf", architecture="hydra")
    with pytest.raises(ArchitectureUnknown) as raised:
        load(engine, path)
    assert raised.value.values == {"path": str(path), "architecture": "hydra"}


def test_a_file_that_ends_too_early(engine: EngineClient, random_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(random_model.read_bytes()[:-5000])
    with pytest.raises(ModelDamaged, match="file bounds"):
        load(engine, path)


def test_a_file_of_another_kind(engine: EngineClient, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_text("This is no model file. " * 100)
    with pytest.raises(NotGguf):
        load(engine, path)


def test_a_context_that_no_memory_holds(engine: EngineClient, random_model: Path) -> None:
    with pytest.raises(OutOfMemory) as raised:
        load(engine, random_model, n_ctx=2_000_000_000)
    assert raised.value.values["name"] == random_model.stem


def test_a_path_in_any_script(engine: EngineClient, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "模型 é.gguf", [b"A", b"B"])
    load(engine, path)
    assert reply(engine, asked())[0] == "AB"


def test_damaged_files_are_refused_or_load_but_never_hang(
    engine: EngineClient, random_model: Path, tmp_path: Path
) -> None:
    whole = random_model.read_bytes()
    dice = random.Random(4)
    path = tmp_path / "m.gguf"
    told: list[AppError] = []
    for number in range(25):
        data = bytearray(whole)
        for _ in range(3):
            data[dice.randrange(8, 12000)] = dice.randrange(256)
        path.write_bytes(data)
        try:
            engine.load(LoadRequest(str(path), f"damaged {number}", n_ctx=64), lambda _: None)
        except AppError as error:
            told.append(error)
    assert told
    assert all(isinstance(error, ModelProblem | EnvironmentProblem) for error in told)
