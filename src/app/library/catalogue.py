"""The catalogue: the language models that Skald recommends, each with a reason, read from ``assets/catalogue.json``.

Every number in it is from a published configuration. The shape is left out where none was found, or where the
model mixes attention with other kinds of layers; the forecast then says "about". The layers of Ministral 3 follow from
its KV heads and the bytes a token of context that the catalogue of Llama for macOS gives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app import resources
from app.domain.model_shape import ModelShape, estimated_shape
from app.library.hub_reference import is_repository
from app.library.quantization_names import bits_per_weight

VERSION: Final = 1
LANGUAGES: Final = ("en", "zh_CN")
ROLES: Final = ("chat", "chinese", "code", "largest", "reasoning", "recommended", "smallest", "summary", "vision")


@dataclass(frozen=True)
class AttentionShape:
    """What the KV cache's size follows from: layers, KV heads of each, numbers of a head."""

    layers: int
    kv_heads: int
    head_size: int


@dataclass(frozen=True)
class CatalogueEntry:
    """A recommended repository on the Hub.

    ``parameters`` is a count, ``context_length`` what it was trained for (tokens), ``licence`` an SPDX id or the name
    that the Hub gives it, ``languages`` are ISO 639-1 codes, ``quantization`` the variant to take, ``roles`` some of
    `ROLES`, ``reason`` a sentence by language, ``documented_in`` a public page that names the repository.
    """

    repository: str
    name: str
    family: str
    parameters: int
    context_length: int
    licence: str
    languages: tuple[str, ...]
    quantization: str
    roles: tuple[str, ...]
    reason: Mapping[str, str]
    documented_in: str
    shape: AttentionShape | None = None

    def reason_in(self, language: str) -> str:
        """Returns the reason in ``language``, in English where there is none."""
        return self.reason.get(language) or self.reason[LANGUAGES[0]]

    def model_shape(self, weight_bytes: int = 0) -> ModelShape:
        """Returns what the forecast needs; without ``weight_bytes`` of a variant even the size is an estimate."""
        size = weight_bytes or round(self.parameters * bits_per_weight(self.quantization) / 8)
        estimated = estimated_shape(size, self.parameters, self.context_length)
        if self.shape is None:
            return estimated
        return ModelShape(
            weight_bytes=size,
            layers=self.shape.layers,
            cache_numbers=2 * self.shape.layers * self.shape.kv_heads * self.shape.head_size,
            working_numbers=estimated.working_numbers,
            trained_context=self.context_length,
            is_estimated=weight_bytes == 0,
        )


class CatalogueBroken(Exception):
    """The catalogue that ships with the program cannot be: a bug, found by its test."""


@lru_cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Returns the entries that ship with the program, the smallest model first."""
    return read_catalogue(resources.asset("catalogue.json"))


def read_catalogue(path: Path) -> tuple[CatalogueEntry, ...]:
    """Reads and checks a catalogue. Raises CatalogueBroken, OSError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise CatalogueBroken(f"version {content['version']}")
        entries = tuple(map(_entry, content["entries"]))
    except (ValueError, TypeError, KeyError) as error:
        raise CatalogueBroken(str(error)) from error
    if len({entry.repository for entry in entries}) < len(entries):
        raise CatalogueBroken("a repository stands in it twice")
    return tuple(sorted(entries, key=lambda entry: entry.parameters))


def _entry(values: dict[str, Any]) -> CatalogueEntry:
    shape = values.get("shape")
    lists = {name: tuple(values[name]) for name in ("languages", "roles")}
    entry = CatalogueEntry(**{**values, **lists, "shape": AttentionShape(**shape) if shape else None})
    problem = _problem(entry)
    if problem:
        raise CatalogueBroken(f"{entry.repository}: {problem}")
    return entry


def _problem(entry: CatalogueEntry) -> str:
    numbers = [entry.parameters, entry.context_length]
    if entry.shape is not None:
        numbers += [entry.shape.layers, entry.shape.kv_heads, entry.shape.head_size]
    if not is_repository(entry.repository):
        return "no repository"
    if not all(type(number) is int and number > 0 for number in numbers):
        return "a number is none"
    if bits_per_weight(entry.quantization) == float("inf"):
        return f"no quantization: {entry.quantization}"
    if not entry.roles or not set(entry.roles) <= set(ROLES):
        return f"roles: {entry.roles}"
    if set(entry.reason) != set(LANGUAGES) or not all(entry.reason.values()):
        return "a reason is missing"
    if not all((entry.name, entry.family, entry.licence, entry.languages)):
        return "a text is missing"
    return "" if entry.documented_in.startswith("https://") else "not documented"
