"""A language model is opened: checked first, loaded as the settings say, remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fakes import FakeEngine
from tests.gguf_files import write_llama, write_lora
from tests.library.gguf_bytes import Gguf

from app import resources
from app.domain.errors import AdapterUnsuitable, ModelTruncated, OutOfMemory
from app.domain.language_model import Tuning
from app.domain.load_options import LoadOptions, LoraAdapter
from app.engine.client import EngineClient
from app.library.library import Library
from app.services.opening import load_request, open_model
from app.services.tuning import Tuner
from app.storage.database import Database
from app.storage.model_files import ModelFileStore
from app.storage.model_settings import ModelSettings
from app.storage.settings import Settings
from app.storage.tunings import TuningStore


@pytest.fixture
def library(database: Database) -> Library:
    return Library(ModelFileStore(database), resources.starter_model())


def test_the_settings_say_how(library: Library, engine: FakeEngine, tmp_path: Path) -> None:
    path = Gguf().write(tmp_path / "tiny.gguf")
    library.adopt(path)
    chosen = Settings(n_ctx=1024, n_threads=3, n_gpu_layers=5, idle_unload_minutes=2)
    fractions: list[float] = []
    opened = open_model(engine, library, "tiny", chosen, fractions.append)
    assert opened is not None
    assert (opened.file.name, opened.info.name) == ("tiny", "tiny")
    (request,) = engine.loads
    assert (request.path, request.n_ctx, request.n_threads) == (str(path), 1024, 3)
    assert (request.n_gpu_layers, request.idle_seconds) == (5, 120)
    assert fractions == [0.5, 1.0]
    assert library.resolve(None).name == "tiny"


def test_what_is_set_for_the_model_alone_goes_first(library: Library, tmp_path: Path) -> None:
    model_file = library.adopt(Gguf().write(tmp_path / "tiny.gguf"))
    general = Settings(n_ctx=1024, n_threads=3, n_gpu_layers=7)
    request = load_request(model_file, general, ModelSettings(n_ctx=256, n_gpu_layers=0))
    assert (request.n_ctx, request.n_gpu_layers, request.n_threads) == (256, 0, 3)
    request = load_request(model_file, general, ModelSettings())
    assert (request.n_ctx, request.n_gpu_layers) == (1024, 7)


def test_what_was_measured_of_the_model_goes_with_the_request(library: Library, tmp_path: Path) -> None:
    model_file = library.adopt(Gguf().write(tmp_path / "tiny.gguf"))
    store = TuningStore(tmp_path / "tunings.json")
    tuner = Tuner(store, is_on_battery=lambda: False, is_busy=lambda: False)
    first = load_request(model_file, Settings(), tuner=tuner)
    assert first.tuning is None
    store.keep(first.tune_as, Tuning(2, 2, 128))
    assert load_request(model_file, Settings(), tuner=tuner).tuning == Tuning(2, 2, 128)
    assert load_request(model_file, Settings()).tune_as == ""


def test_a_damaged_file_never_reaches_the_engine(library: Library, engine: FakeEngine, tmp_path: Path) -> None:
    path = Gguf(missing=100).write(tmp_path / "tiny.gguf")
    with pytest.raises(ModelTruncated):
        open_model(engine, library, str(path), Settings(), lambda _fraction: None)
    assert engine.loads == []


def test_what_cannot_be_loaded_is_not_remembered(library: Library, engine: FakeEngine, tmp_path: Path) -> None:
    library.adopt(Gguf().write(tmp_path / "tiny.gguf"))
    engine.load_problem = OutOfMemory(name="tiny")
    with pytest.raises(OutOfMemory):
        open_model(engine, library, "tiny", Settings(), lambda _fraction: None)
    assert library.resolve(None).name == "starter"


def test_the_starter_in_the_real_engine(library: Library) -> None:
    client = EngineClient()
    try:
        opened = open_model(client, library, None, Settings(), lambda _fraction: None)
        assert opened is not None
        assert opened.info.parameters == opened.file.parameters
        assert opened.info.n_ctx_train == opened.file.context_length
    finally:
        client.close()


def test_an_adapter_is_checked_before_the_engine_sees_it(library: Library, tmp_path: Path) -> None:
    model_file = library.resolve(str(write_llama(tmp_path / "m.gguf")))
    lora = write_lora(tmp_path / "lora.gguf")
    own = ModelSettings(options=LoadOptions(adapters=(LoraAdapter(str(lora)),)))
    request = load_request(model_file, Settings(), own)
    assert request.options == own.options
    assert request.shape is not None
    assert request.shape.trained_context == 512
    write_lora(lora, architecture="qwen2")
    with pytest.raises(AdapterUnsuitable):
        load_request(model_file, Settings(), own)
