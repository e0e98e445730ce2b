"""Settings of one model: over the general ones, within the same ranges, and a bad value is no more than not set."""

from __future__ import annotations

import pytest

from app.storage.database import Database
from app.storage.model_settings import ModelSettings, ModelSettingsStore
from app.storage.settings import Settings


@pytest.fixture
def own(database: Database) -> ModelSettingsStore:
    return ModelSettingsStore(database)


def test_what_is_set_goes_before_the_general_settings(own: ModelSettingsStore) -> None:
    assert own.get("tiny") == ModelSettings()
    own.change("tiny", n_ctx=2048, temperature=0.2)
    own.change("tiny", system_prompt="Answer in verse.", temperature=0)
    own.change("other", top_k=1)
    found = own.get("tiny")
    assert found == ModelSettings(n_ctx=2048, temperature=0, system_prompt="Answer in verse.")
    general = Settings(n_ctx=512, n_threads=3, top_p=0.5)
    used = found.over(general)
    assert (used.n_ctx, used.n_threads, used.system_prompt) == (2048, 3, "Answer in verse.")
    assert (used.sampling.temperature, used.sampling.top_p) == (0, 0.5)
    assert ModelSettings().over(general) == general


def test_unset_reset_and_taken_back(own: ModelSettingsStore, database: Database) -> None:
    own.change("tiny", n_ctx=2048, top_k=5)
    assert own.change("tiny", n_ctx=None) == ModelSettings(top_k=5)
    before = own.reset("tiny")
    assert own.get("tiny") == ModelSettings()
    assert database.rows("SELECT * FROM model_settings") == []
    own.restore("tiny", before)
    assert own.get("tiny") == ModelSettings(top_k=5)


@pytest.mark.parametrize("bad", [{"n_ctx": -1}, {"n_ctx": 1.5}, {"temperature": 9.0}, {"system_prompt": 5}])
def test_a_bad_value_is_refused(own: ModelSettingsStore, bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        own.change("tiny", **bad)
    assert own.get("tiny") == ModelSettings()


def test_an_option_that_only_the_program_has_is_unknown_here(own: ModelSettingsStore) -> None:
    with pytest.raises(KeyError):
        own.change("tiny", language="en")


@pytest.mark.parametrize("column", ["", "[]", "{", '{"top_k": "5", "unknown": 1, "n_ctx": true}'])
def test_what_cannot_be_used_counts_as_not_set(own: ModelSettingsStore, database: Database, column: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO model_settings VALUES ('tiny', ?, 0)", (column,))
    assert own.get("tiny") == ModelSettings()


def test_lone_surrogates_are_stored_as_replacements(own: ModelSettingsStore) -> None:
    own.change("tiny\ud800", system_prompt="a\ud800b")
    assert own.get("tiny\ud800").system_prompt == "a\ufffdb"
