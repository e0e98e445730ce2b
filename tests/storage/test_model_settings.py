"""What is set for one model: kept, forgotten, and checked when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.generation import SamplingParameters
from app.domain.load_options import LoadOptions, LoraAdapter, RopeScaling
from app.storage.database import Database
from app.storage.model_settings import ModelSettings, ModelSettingsStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "skald.sqlite3") as opened:
        yield opened


def test_what_was_set_is_there_again(database: Database) -> None:
    store = ModelSettingsStore(database)
    options = LoadOptions("Vulkan0", rope=RopeScaling("yarn", original_context=512), adapters=(LoraAdapter("/a", 2.0),))
    own = ModelSettings(4096, 12, "Be brief.", SamplingParameters(temperature=0.2, seed=3), options)
    assert store.get("tiny") == ModelSettings()
    store.keep("tiny", own)
    assert store.get("tiny") == own
    assert store.get("other") == ModelSettings()
    store.keep("tiny", ModelSettings())
    assert database.rows("SELECT * FROM model_settings") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not json", ModelSettings()),
        ("[1]", ModelSettings()),
        ('{"n_ctx": -5, "n_gpu_layers": true, "system_prompt": 7, "more": 1}', ModelSettings()),
        ('{"options": {"n_batch": 1e9, "n_ubatch": 9}}', ModelSettings(options=LoadOptions(n_ubatch=9))),
        ('{"n_ctx": 9, "sampling": {"top_k": 3, "top_p": 9}}', ModelSettings(9, sampling=SamplingParameters(top_k=3))),
    ],
)
def test_a_bad_value_counts_as_not_set(database: Database, text: str, expected: ModelSettings) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO model_settings VALUES ('tiny', ?)", (text,))
    assert ModelSettingsStore(database).get("tiny") == expected
