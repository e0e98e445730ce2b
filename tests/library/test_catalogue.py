"""The catalogue that ships with the program: complete, checked entry by entry, and of use on a small laptop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app import i18n, resources
from app.domain.fit import FitKind, Machine, forecast
from app.library.catalogue import LANGUAGES, CatalogueBroken, CatalogueEntry, catalogue, read_catalogue
from app.library.quantization_names import split_quantization

GIB = 1 << 30
ENTRIES = catalogue()
PAGES = {"github.com", "huggingface.co", "unsloth.ai"}


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.repository for entry in ENTRIES])
def test_every_entry(entry: CatalogueEntry) -> None:
    assert 400_000_000 <= entry.parameters <= 15_000_000_000
    assert 8192 <= entry.context_length <= 1 << 20
    assert split_quantization(entry.quantization) == ("", entry.quantization)
    assert all(len(language) == 2 for language in entry.languages)
    assert urlsplit(entry.documented_in).hostname in PAGES
    assert all(reason.endswith((".", "。")) and len(reason) < 120 for reason in entry.reason.values())
    assert any("\u4e00" <= character <= "\u9fff" for character in entry.reason["zh_CN"])
    assert ("zh" in entry.languages) or "chinese" not in entry.roles
    shape = entry.model_shape()
    assert shape.is_estimated
    assert 3 < shape.weight_bytes * 8 / entry.parameters < 6
    guess = 40_960 * (entry.parameters / 1e9) ** 0.35
    assert guess / 6 < shape.cache_numbers < guess * 1.5, "a slip in the shape would stand out"


def test_the_whole() -> None:
    assert 12 <= len(ENTRIES) <= 20
    assert [entry.parameters for entry in ENTRIES] == sorted(entry.parameters for entry in ENTRIES)
    families = {entry.family for entry in ENTRIES}
    assert {"Qwen", "Llama", "Gemma", "Phi", "Mistral", "SmolLM", "Granite"} <= families
    roles = [role for entry in ENTRIES for role in entry.roles]
    assert roles.count("recommended") == 1
    assert roles.count("chinese") >= 3
    assert {"chat", "code", "vision", "smallest"} <= set(roles)
    assert set(LANGUAGES) == set(i18n.languages())


def test_there_is_something_for_a_laptop_with_little_memory() -> None:
    small = Machine(free_bytes=3 * GIB, total_bytes=8 * GIB)
    fitting = [entry for entry in ENTRIES if forecast(entry.model_shape(), small).kind is FitKind.CPU]
    assert len(fitting) >= 3
    assert any("chinese" in entry.roles for entry in fitting)


def test_the_shape_with_a_variant_s_bytes() -> None:
    llama = next(entry for entry in ENTRIES if "Llama-3.2-3B" in entry.repository)
    shape = llama.model_shape(2_019_377_696)
    assert (shape.is_estimated, shape.weight_bytes, shape.layers) == (False, 2_019_377_696, 28)
    assert shape.cache_numbers == 28 * 8 * 256
    assert shape.trained_context == 131_072
    gemma = next(entry for entry in ENTRIES if entry.shape is None)
    assert gemma.model_shape(2_500_000_000).is_estimated


def test_the_reason_by_language() -> None:
    assert ENTRIES[0].reason_in("zh_CN") == ENTRIES[0].reason["zh_CN"]
    assert ENTRIES[0].reason_in("fr") == ENTRIES[0].reason["en"]


BROKEN: list[dict[str, Any]] = [
    {"repository": "../x"},
    {"parameters": 0},
    {"parameters": 1.5},
    {"quantization": "medium"},
    {"roles": []},
    {"roles": ["magic"]},
    {"reason": {"en": "Good."}},
    {"licence": ""},
    {"documented_in": "a friend"},
    {"shape": {"layers": 2, "kv_heads": 0, "head_size": 64}},
    {"shape": {"layers": 2}},
    {"surprise": 1},
    {"languages": None},
]


@pytest.mark.parametrize("change", BROKEN)
def test_a_broken_entry_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    content = json.loads(resources.asset("catalogue.json").read_text(encoding="utf-8"))
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps({**content, "entries": [{**content["entries"][0], **change}]}))
    with pytest.raises(CatalogueBroken):
        read_catalogue(path)


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "entries": []}', '{"version": 1}'])
def test_a_broken_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(text)
    with pytest.raises(CatalogueBroken):
        read_catalogue(path)


def test_a_repository_stands_once(tmp_path: Path) -> None:
    content = json.loads(resources.asset("catalogue.json").read_text(encoding="utf-8"))
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps({**content, "entries": content["entries"][:1] * 2}))
    with pytest.raises(CatalogueBroken, match="twice"):
        read_catalogue(path)
