"""Says what a model file is, from its header, or from what is remembered of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

from app.domain.errors import AppError, ModelDamaged, ModelMissing, ModelTruncated, NotGguf
from app.domain.generation import SamplingParameters
from app.domain.language_model import ModelFile
from app.domain.sampling import recommended_sampling, sampling_from
from app.library.found_model import FoundModel
from app.library.gguf_header import GgufHeader, read_header
from app.library.header_cache import HeaderCache, HeaderSummary
from app.library.killers import refuse_killers
from app.library.split_files import parts_of

LONGEST_LICENCE: Final = 100

#: ``general.type`` of a GGUF that is a language model; the others (adapter, mmproj, imatrix) go with one.
#: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
_MODEL_KINDS: Final = ("", "model")
#: The architecture that vision projectors have, ``tools/mtmd/clip-impl.h`` of llama.cpp.
_PROJECTOR: Final = "clip"


def describe(path: Path, name: str, source: str, headers: HeaderCache | None = None) -> ModelFile:
    """Returns what the header of ``path`` tells, and of its other parts where it is split.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    return described(FoundModel(name, path, source, parts_of(path)), headers or HeaderCache())


def described(found: FoundModel, headers: HeaderCache) -> ModelFile:
    """As `describe`, of a model that was found."""
    model_file = described_or_none(found, headers)
    if model_file is None:
        raise _problem(found)
    return model_file


def described_or_none(found: FoundModel, headers: HeaderCache) -> ModelFile | None:
    """As `described`, but None where the file is missing or no good; what was read before is not read again."""
    try:
        states = [path.stat() for path in found.files]
        summaries = [
            headers.summary(path, state, partial(_read, path, path == found.path))
            for path, state in zip(found.files, states, strict=True)
        ]
    except (OSError, ValueError, AppError):
        return None
    if any(summary.problem for summary in summaries):
        return None
    first = summaries[0]
    return ModelFile(
        name=found.name,
        path=found.path,
        bytes=sum(state.st_size for state in states),
        quantization=next((summary.quantization for summary in summaries if summary.quantization), ""),
        architecture=first.architecture,
        parameters=sum(summary.parameters for summary in summaries),
        context_length=first.context_length,
        source=found.source,
        sha256=found.sha256,
        repository=found.repository,
        parts=found.parts,
        licence=first.licence,
        recommended_sampling=_remembered(first.sampling),
    )


def is_language_model(found: FoundModel, headers: HeaderCache) -> bool:
    """Tells whether the header says that this is no projector, adapter or other companion of a language model."""
    try:
        return not headers.summary(found.path, found.path.stat(), partial(_read, found.path, True)).kind
    except (OSError, ValueError, AppError):
        return False


def _read(path: Path, is_first: bool) -> HeaderSummary:
    """Reads a header. A bad one is remembered by the key of its error alone, whose text is in the language of the day.

    Raises ModelMissing and ModelRefused: they may pass without a change of the file.
    """
    try:
        header = _header(path, is_first)
    except (NotGguf, ModelTruncated, ModelDamaged) as error:
        return HeaderSummary(problem=error.key)
    kind = header.text("general.type")
    is_model = kind in _MODEL_KINDS and header.architecture != _PROJECTOR
    return HeaderSummary(
        header.architecture,
        header.quantization,
        header.parameters,
        header.context_length,
        header.text("general.license")[:LONGEST_LICENCE],
        kind="" if is_model else kind or _PROJECTOR,
        sampling=_recommended(header),
    )


def _remembered(sampling: str) -> SamplingParameters | None:
    try:
        found = json.loads(sampling) if sampling else None
    except ValueError:
        return None
    return sampling_from(found) if isinstance(found, dict) else None


def _recommended(header: GgufHeader) -> str:
    sampling = recommended_sampling(header.metadata)
    return "" if sampling is None else json.dumps(asdict(sampling))


def _header(path: Path, is_first: bool) -> GgufHeader:
    header = read_header(path)
    if is_first:  # the other parts of a split model have nothing but tensors
        refuse_killers(path, header)
    return header


def _problem(found: FoundModel) -> AppError:
    """Reads a model that is no good once more, for the whole of its error."""
    for path in found.files:
        try:
            _header(path, path == found.path)
        except AppError as error:
            return error
    return ModelMissing(path=found.path)  # it was replaced meanwhile: what was listed is gone
