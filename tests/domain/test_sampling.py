"""The table of sampling parameters: what is good, what is read back, the presets, what a model file recommends."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import LogitBias, SamplingParameters
from app.domain.sampling import (
    LONGEST_RULES,
    MOST_BIASES,
    PRESETS,
    RANGES,
    bias_from_text,
    bias_text,
    is_valid,
    is_whole,
    recommended_sampling,
    sampling_from,
    with_preset,
)

FULL = SamplingParameters(
    seed=7,
    typical_p=0.5,
    mirostat=2,
    dry_multiplier=0.8,
    grammar='root ::= "a"',
    logit_bias=(LogitBias(" a=b", -100.0), LogitBias("好", 1.5)),
)


def test_every_number_has_a_range_that_holds_its_default() -> None:
    others = {"seed", "grammar", "json_schema", "logit_bias"}
    assert {entry.name for entry in fields(SamplingParameters)} == set(RANGES) | others
    for entry in fields(SamplingParameters):
        assert is_valid(entry.name, getattr(SamplingParameters(), entry.name))


def test_what_is_stored_is_read_back() -> None:
    assert sampling_from(json.loads(json.dumps(asdict(FULL)))) == FULL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", -0.1), ("temperature", "1"), ("temperature", float("nan")), ("temperature", True),
        ("top_k", 1.5), ("top_k", 10**400), ("mirostat", 3), ("seed", -1), ("seed", 2**32 - 1), ("seed", True),
        ("grammar", 3), ("grammar", "x" * (LONGEST_RULES + 1)), ("dry_allowed_length", 0),
        ("logit_bias", "a"), ("logit_bias", [{"text": "a", "bias": 101}]), ("logit_bias", [{"text": "", "bias": 1}]),
        ("logit_bias", [{"text": "a", "bias": 10**400}]), ("logit_bias", [["a", 1]]), ("unknown", 1),
    ],
)  # fmt: skip
def test_a_bad_value_is_the_default(name: str, value: object) -> None:
    assert sampling_from({"top_p": 0.5, name: value}) == SamplingParameters(top_p=0.5)


@given(st.dictionaries(st.sampled_from([entry.name for entry in fields(SamplingParameters)]), st.from_type(type(None))
       | st.integers() | st.floats() | st.text() | st.lists(st.dictionaries(st.text(), st.integers()))))  # fmt: skip
def test_whatever_is_stored_gives_good_values(values: dict[str, Any]) -> None:
    found = sampling_from(values)
    assert all(is_valid(entry.name, getattr(found, entry.name)) for entry in fields(found))


def test_a_preset_touches_no_seed_format_or_bias() -> None:
    for preset in PRESETS.values():
        chosen = with_preset(FULL, preset)
        assert (chosen.seed, chosen.grammar, chosen.logit_bias) == (FULL.seed, FULL.grammar, FULL.logit_bias)
        assert replace(chosen, seed=None, grammar="", logit_bias=()) == preset
    assert PRESETS["greedy"].temperature == 0
    assert PRESETS["balanced"] == SamplingParameters()


def test_what_a_model_file_recommends() -> None:
    metadata = {
        "general.sampling.temp": 0.6000000238418579,
        "general.sampling.top_k": 20,
        "general.sampling.top_p": 0.949999988079071,
        "general.sampling.min_p": 7.0,
        "general.sampling.penalty_repeat": 1.0499999523162842,
        "general.sampling.sequence": "top_k;temperature",
        "general.architecture": "qwen3",
    }
    assert recommended_sampling(metadata) == SamplingParameters(0.6, 20, 0.95, repeat_penalty=1.05)


@pytest.mark.parametrize(
    "metadata",
    [{}, {"general.sampling.temp": "0.6"}, {"general.sampling.temp": -1.0}, {"general.sampling.top_k": True},
     {"general.sampling.temp": float("nan")}, {"general.sampling.top_k": 0.5}],
)  # fmt: skip
def test_nothing_usable_is_no_recommendation(metadata: dict[str, object]) -> None:
    assert recommended_sampling(metadata) is None


@pytest.mark.parametrize(("line", "bias"), [("sorry=-100", -100), (" a=b=2.5", 2.5), ("=\u200b=1", 1)])
def test_a_bias_as_text(line: str, bias: float) -> None:
    found = bias_from_text(line)
    assert found == LogitBias(line.rpartition("=")[0], bias)
    assert bias_from_text(bias_text(found)) == found


@pytest.mark.parametrize("line", ["sorry", "=1", "a=101", "a=nan", "a=", "x" * 300 + "=1"])
def test_what_is_no_bias(line: str) -> None:
    assert bias_from_text(line) is None


def test_there_is_a_limit_to_biases() -> None:
    many = [{"text": "a", "bias": 1}] * (MOST_BIASES + 5)
    assert len(sampling_from({"logit_bias": many}).logit_bias) == MOST_BIASES
    assert is_whole("top_k")
    assert not is_whole("top_p")
