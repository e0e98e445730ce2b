"""Options of a load: what may be set, and what is read from a file that anybody may have written."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import FlashAttentionNeeded
from app.domain.load_options import (
    AUTOMATIC,
    MOST_ADAPTERS,
    LoadOptions,
    LoraAdapter,
    RopeScaling,
    check,
    is_valid_option,
    options_from,
)

FULL = LoadOptions(
    "Vulkan1", "q8_0", "q4_0", "on", RopeScaling("yarn", 1e6, 0.25, 1.0, 1.0, 32.0, 1.0, 4096), False, True, 64, 32,
    (LoraAdapter("/a.gguf", 0.5), LoraAdapter("/b.gguf")),
)  # fmt: skip


def test_what_was_kept_is_read_again() -> None:
    assert options_from(json.loads(json.dumps(asdict(FULL)))) == FULL
    assert options_from(json.loads(json.dumps(asdict(AUTOMATIC)))) == AUTOMATIC


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, AUTOMATIC),
        ([1], AUTOMATIC),
        ({"cache_type_k": "q3_k", "flash_attention": True, "n_batch": 0, "n_ubatch": 7}, LoadOptions(n_ubatch=7)),
        ({"rope": 3, "adapters": "x", "use_mmap": 0, "device": 5}, AUTOMATIC),
        (
            {"rope": {"kind": "linear", "freq_scale": -1, "freq_base": float("nan")}},
            LoadOptions(rope=RopeScaling("linear")),
        ),
        ({"adapters": [{"scale": 2}, {"path": "/a", "scale": "x"}]}, LoadOptions(adapters=(LoraAdapter("/a"),))),
    ],
)
def test_a_bad_value_is_as_if_it_was_not_set(found: object, expected: LoadOptions) -> None:
    assert options_from(found) == expected


def test_adapters_have_an_end() -> None:
    found = {"adapters": [{"path": f"/{number}"} for number in range(50)]}
    assert len(options_from(found).adapters) == MOST_ADAPTERS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from([*asdict(FULL), *asdict(FULL.rope), "path"]), inner)
    ),
)


@given(JSON)
def test_whatever_is_found_gives_options(found: object) -> None:
    options = options_from(found)
    assert options_from(json.loads(json.dumps(asdict(options)))) == options


def test_contradictions() -> None:
    check(AUTOMATIC)
    check(LoadOptions(cache_type_v="q8_0"))
    check(LoadOptions(cache_type_v="bf16", flash_attention="off"))
    with pytest.raises(FlashAttentionNeeded):
        check(LoadOptions(cache_type_v="q8_0", flash_attention="off"))


def test_numbers() -> None:
    assert is_valid_option("n_batch", 512)
    assert not is_valid_option("n_batch", 512.0)
    assert not is_valid_option("n_batch", True)
    assert is_valid_option("freq_base", 10_000)
    assert not is_valid_option("scale", float("inf"))
