"""Checks model files: the header before llama.cpp sees it, the whole content against every hash that is known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import ModelDamaged, ModelRefused
from app.domain.language_model import ModelFile
from app.library.gguf_header import GgufHeader, read_header
from app.library.killers import refuse_killers
from app.library.snapshots import hash_in_name

#: Lists the SHA-256 of the files beside it, as ``sha256sum`` writes it.
CHECKSUMS: Final = "SHA256SUMS"
_PIECE: Final = 1 << 20

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class CheckReport:
    """A model file that passed: headers and tensors are sound, and ``sha256`` is the hash of its content.

    A split model has the hashes of all its files in ``part_hashes``; ``sha256`` is then that of the first.
    ``is_hash_known`` tells whether every hash could be compared with a published one (a different one is an error).
    """

    model_file: ModelFile
    tensors: int
    sha256: str
    is_hash_known: bool
    part_hashes: tuple[str, ...] = ()


def inspect(path: Path) -> GgufHeader:
    """Returns the header of a model file that llama.cpp can be given.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    header = read_header(path, is_vocabulary_read=True)
    refuse_killers(path, header)
    return header


def inspect_files(model_file: ModelFile) -> int:
    """Inspects every file of a model and returns the number of its tensors. Raises as `inspect`."""
    first, *others = model_file.files
    headers = [inspect(first), *map(read_header, others)]
    tensors = sum(len(header.tensors) for header in headers)
    expected = headers[0].number("split.tensors.count", tensors)
    for number, (path, header) in enumerate(zip(model_file.files, headers, strict=True)):
        # The keys of llama-gguf-split, ``tools/gguf-split/gguf-split.cpp`` of llama.cpp.
        if header.number("split.no") != number or (header.number("split.count") or 1) != len(headers):
            raise ModelDamaged(path=path, reason=i18n.text("damage.part", number=number + 1, count=len(headers)))
    if tensors != expected:
        raise ModelDamaged(path=first, reason=i18n.text("damage.part_tensors", found=tensors, expected=expected))
    return tensors


def verify(model_file: ModelFile, on_progress: OnProgress = lambda _fraction: None) -> CheckReport:
    """Reads every file of a model whole and compares it with what is known of it.

    The hash is known from the name of the blob (Hub, Ollama) or from a list of checksums beside the file.
    ``on_progress`` gets fractions from 0 to 1. Raises as `inspect`; ModelDamaged where a hash is another.
    """
    tensors = inspect_files(model_file)
    hashes: list[str] = []
    is_hash_known = True

    def show(fraction: float) -> None:
        on_progress((len(hashes) + fraction) / len(model_file.files))

    for path in model_file.files:
        digest = hash_of(path, show)
        published = hash_in_name(path) or _listed_hash(path)
        if published and published != digest:
            raise ModelDamaged(path=path, reason=i18n.text("damage.hash", found=digest, expected=published))
        is_hash_known = is_hash_known and bool(published)
        hashes.append(digest)
    return CheckReport(model_file, tensors, hashes[0], is_hash_known, tuple(hashes) if model_file.parts else ())


def hash_of(path: Path, on_progress: OnProgress = lambda _fraction: None) -> str:
    """Returns the SHA-256 of a file's content, 64 hexadecimal digits. Raises ModelRefused."""
    digest, done = hashlib.sha256(), 0
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                done += len(piece)
                on_progress(min(done / size, 1.0))
    except OSError as error:
        raise ModelRefused(path=path, log=error.strerror or error) from error
    return digest.hexdigest()


def _listed_hash(path: Path) -> str:
    try:
        lines = path.with_name(CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    listed = {name.strip().removeprefix("*"): found for found, _, name in (line.partition(" ") for line in lines)}
    return listed.get(path.name, "")
