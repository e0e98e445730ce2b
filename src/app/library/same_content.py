"""Tells which entries of a list are the same model twice, so that the list can say so.

By SHA-256 where both stores name it. Else two files count as the same when their sizes are equal to the byte, their
headers say the same, and samples of 4 KiB agree at the beginning, at the end and at fourteen places between, spread
evenly. That is good enough for what it is used for, a remark in a list: all tensors of two different models differ
throughout, so no sample of them would agree, and the beginning has names and vocabulary. Two that differ in a few
tensors only may be taken for the same; nothing is ever deleted or checked by it.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from app.domain.language_model import ModelFile
from app.library.header_cache import HeaderCache

SAMPLES: Final = 16
SAMPLE_BYTES: Final = 4096


def with_same_content_marked(models: Sequence[ModelFile], headers: HeaderCache) -> list[ModelFile]:
    """Returns ``models`` with ``same_as`` set to the name of the first one with the same content."""
    alike: dict[tuple[object, ...], list[ModelFile]] = defaultdict(list)
    for model in models:
        alike[model.bytes, model.parameters, model.architecture, model.quantization, len(model.files)].append(model)
    same_as: dict[str, str] = {}
    for group in alike.values():
        if len(group) > 1:
            same_as.update(_matched(group, headers))
    return [replace(model, same_as=same_as[model.name]) if model.name in same_as else model for model in models]


def _matched(group: Sequence[ModelFile], headers: HeaderCache) -> dict[str, str]:
    """Returns the name of the first one with the same content, for those of a group that have one before them."""
    samples = {} if all(model.sha256 for model in group) else {model.name: _samples(model, headers) for model in group}
    by_hash: dict[str, str] = {}
    by_samples: dict[str, ModelFile] = {}
    same_as: dict[str, str] = {}
    for model in group:
        taken = samples.get(model.name, "")
        first = by_hash.get(model.sha256) if model.sha256 else None
        alike = by_samples.get(taken) if taken else None
        if first is None and alike is not None and not (model.sha256 and alike.sha256):
            first = alike.name
        if first is not None:
            same_as[model.name] = first
        if model.sha256:
            by_hash.setdefault(model.sha256, first or model.name)
        if taken:
            by_samples.setdefault(taken, model)
    return same_as


def _samples(model: ModelFile, headers: HeaderCache) -> str:
    """Returns a hash of samples of all files of a model, empty where one of them cannot be read."""
    taken: list[str] = []
    for path in model.files:
        try:
            state = path.stat()
            taken.append(headers.samples(path, state, partial(_read, path, state.st_size)))
        except OSError:
            return ""
    return "-".join(taken)


def _read(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        for number in range(SAMPLES):
            stream.seek(max(size - SAMPLE_BYTES, 0) * number // (SAMPLES - 1), os.SEEK_SET)
            digest.update(stream.read(SAMPLE_BYTES))
    return digest.hexdigest()[:32]
