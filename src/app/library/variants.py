"""Finds the variants of a language model among the files of a repository on the Hub."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from app.domain.hub import HubFile, Variant
from app.library.quantization_names import FLOATS, preference, split_quantization

#: The quantizations of a projector, the best first: the rest is taken by size.
PROJECTORS: Final = ("F16", "BF16", "Q8_0")

_PART: Final = re.compile(r"-(\d{5})-of-(\d{5})$", re.IGNORECASE)
_PROJECTOR: Final = re.compile(r"mmproj(?:-model)?", re.IGNORECASE)
_NO_LANGUAGE_MODEL: Final = re.compile(
    r"(?<![a-z0-9])(?:vocab|(?:lora|adapter)(?!.*merged))(?![a-z0-9])", re.IGNORECASE
)
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class ListedFile:
    """A file as a repository lists it; ``sha256`` is None where the Hub tells none (a file outside its LFS)."""

    path: str
    bytes: int
    sha256: str | None


def find_variants(listed: Iterable[ListedFile]) -> tuple[Variant, ...]:
    """Returns the variants by size, the smallest first; exactly one of them is recommended.

    Only what can be verified is offered: a file without a SHA-256 is left out, and so is a model of which a part is
    missing. Importance matrices, LoRA adapters and vocabularies are no variants; projectors go with each variant.
    """
    files = [
        HubFile(file.path, file.bytes, file.sha256.lower())
        for file in listed
        if file.path.lower().endswith(".gguf") and file.sha256 is not None and _HASH.fullmatch(file.sha256)
    ]
    projectors = [_Files((file,)) for file in files if _PROJECTOR.search(_stem(file.path))]
    models = [found for found in _whole(files) if found.is_language_model]
    names = _names(models)
    variants = [
        Variant(name, model.files, _projector_of(model, models, projectors))
        for name, model in zip(names, models, strict=True)
    ]
    return _in_order(variants, models)


def choose_variant(variants: Sequence[Variant], wanted: str) -> Variant | None:
    """Returns the variant that a person means by ``wanted``: its name in any case, or the only one so quantized."""
    named = [variant for variant in variants if variant.name == wanted]
    named = named or [variant for variant in variants if variant.name.lower() == wanted.lower()]
    if not named:
        named = [v for v in variants if _Files(v.files).quantization == split_quantization(wanted)[1] != ""]
    return named[0] if len(named) == 1 else None


@dataclass(frozen=True)
class _Files:
    """The parts of one model in their order, and what their names tell."""

    files: tuple[HubFile, ...]

    @property
    def path(self) -> str:
        return self.files[0].path

    @cached_property
    def stem(self) -> str:
        return _PART.sub("", _stem(self.path))

    @cached_property
    def quantization(self) -> str:
        """The quantization by the file's name, else by the nearest folder that tells one."""
        folders = reversed(PurePosixPath(self.path).parts[:-1])
        return next((found for text in (self.stem, *folders) if (found := split_quantization(text)[1])), "")

    @cached_property
    def base(self) -> str:
        """The model's name without its quantization, to be compared."""
        return _PROJECTOR.sub("", split_quantization(self.stem)[0]).strip("-_. ").lower()

    @cached_property
    def is_language_model(self) -> bool:
        stem = self.stem.lower()
        if _PROJECTOR.search(stem) or _NO_LANGUAGE_MODEL.search(stem):
            return False
        if "imatrix" not in stem:
            return True
        is_quantized = split_quantization(stem)[1] not in ("", *FLOATS)
        return is_quantized and not stem.startswith("imatrix") and not stem.endswith(".imatrix")


def _stem(path: str) -> str:
    """Returns the file's name without folders and ``.gguf``."""
    return path.rsplit("/", 1)[-1][: -len(".gguf")]


def _whole(files: Sequence[HubFile]) -> list[_Files]:
    """Returns the models of which every part is there."""
    found: list[_Files] = []
    parts: defaultdict[tuple[str, int], dict[int, HubFile]] = defaultdict(dict)
    for file in files:
        part = _PART.search(file.path[: -len(".gguf")])
        if part is None:
            found.append(_Files((file,)))
        else:
            parts[file.path[: part.start()], int(part.group(2))][int(part.group(1))] = file
    for (_, count), numbered in parts.items():
        if len(numbered) == count and set(numbered) == set(range(1, count + 1)):
            found.append(_Files(tuple(numbered[number] for number in sorted(numbered))))
    return found


def _names(models: Sequence[_Files]) -> list[str]:
    """Returns a name for each: its quantization, with the model's name where the repository has several models."""
    main = _main_base(models)
    names = [model.quantization if model.quantization and model.base == main else model.stem for model in models]
    names = [name or model.path for name, model in zip(names, models, strict=True)]
    taken = Counter(name.lower() for name in names)
    names = [model.path if taken[name.lower()] > 1 else name for name, model in zip(names, models, strict=True)]
    return names if len(set(names)) == len(names) else [model.path for model in models]


def _main_base(models: Sequence[_Files]) -> str | None:
    """Returns the model that more variants are of than of any other; None where there is no such one."""
    ranked = Counter(model.base for model in models).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _projector_of(model: _Files, models: Sequence[_Files], projectors: Sequence[_Files]) -> HubFile | None:
    """Returns the best projector that names this model, else the best one that names no other."""
    others = {other.base for other in models}
    fitting = [projector for projector in projectors if projector.base == model.base]
    fitting = fitting or [projector for projector in projectors if projector.base not in others]
    if not fitting:
        return None

    def rank(projector: _Files) -> tuple[int, int, str]:
        kind = split_quantization(projector.stem)[1]
        place = PROJECTORS.index(kind) if kind in PROJECTORS else len(PROJECTORS)
        return place, projector.files[0].bytes, projector.path

    return min(fitting, key=rank).files[0]


def _in_order(variants: Sequence[Variant], models: Sequence[_Files]) -> tuple[Variant, ...]:
    """Sorts by size and marks the recommended one."""
    if not variants:
        return ()
    main = _main_base(models)

    def rank(pair: tuple[Variant, _Files]) -> tuple[object, ...]:
        variant, model = pair
        return *preference(model.quantization), model.base != main, variant.model_bytes, variant.name

    best, _ = min(zip(variants, models, strict=True), key=rank)
    marked = [replace(variant, is_recommended=variant is best) for variant in variants]
    return tuple(sorted(marked, key=lambda variant: (variant.model_bytes, variant.name)))
