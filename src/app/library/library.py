"""The library: the starter and every model file that was imported in place."""

from __future__ import annotations

import builtins
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import AppError, ModelDamaged, ModelMissing, ModelNotFound, ModelRefused, WrongUsage
from app.domain.language_model import STARTER, ModelFile
from app.library.gguf_header import GgufHeader, read_header
from app.library.killers import refuse_killers
from app.storage.model_files import ModelFileStore

BUNDLED, IMPORTED, IN_PLACE = "bundled", "imported", "file"
#: Lists the SHA-256 of the files beside it, as ``sha256sum`` writes it.
CHECKSUMS: Final = "SHA256SUMS"
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class CheckReport:
    """A model file that passed: header and tensors are sound, and ``sha256`` is the hash of its content.

    ``is_hash_known`` tells whether the hash could be compared with a published one (a different one is an error).
    """

    model_file: ModelFile
    tensors: int
    sha256: str
    is_hash_known: bool


class Library:
    """Every model file that can be chosen. ``starter`` is the bundled one."""

    def __init__(self, model_files: ModelFileStore, starter: Path) -> None:
        self._store = model_files
        self._starter = starter

    def list(self) -> list[ModelFile]:
        """Returns the starter and then the imported model files; one that is gone or damaged is left out."""
        found: builtins.list[ModelFile] = []
        wanted = [(STARTER, self._starter, BUNDLED)]
        wanted += [(entry.name, entry.path, entry.source) for entry in self._store.list()]
        for name, path, source in wanted:
            try:
                found.append(describe(path, name, source))
            except AppError:
                continue
        return found

    def resolve(self, name_or_path: str | None) -> ModelFile:
        """Returns the model file that a person means: a name in the library, ``starter``, a path to a GGUF.

        None means the one used last, else the starter. Raises ModelNotFound, and a ModelProblem where the file is
        missing or no good.
        """
        if name_or_path is None:
            return self._last_used()
        if name_or_path == STARTER:
            return describe(self._starter, STARTER, BUNDLED)
        for entry in self._store.list():
            if entry.name == name_or_path:
                return describe(entry.path, entry.name, entry.source)
        path = Path(os.path.expanduser(name_or_path))
        if path.is_file() or path.suffix.lower() == ".gguf":
            return self._at(_normal(path))
        raise ModelNotFound(name=name_or_path)

    def adopt(self, path: Path) -> ModelFile:
        """Takes a GGUF into the library where it is; one that is there already is returned as it is.

        Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
        """
        path = _normal(Path(os.path.expanduser(path)))
        inspect(path)
        if _is_same(path, self._starter):
            return self.resolve(STARTER)
        entry = self._store.add(self._free_name(path.stem), path, IMPORTED)
        return describe(entry.path, entry.name, entry.source)

    def forget(self, name: str) -> None:
        """Takes a model file out of the library; the file stays. Raises ModelNotFound, WrongUsage for the starter."""
        if name == STARTER:
            raise WrongUsage(reason=i18n.text("library.wrong.remove_starter"))
        if name not in {entry.name for entry in self._store.list()}:
            raise ModelNotFound(name=name)
        self._store.forget(name)

    def restore(self, name: str) -> None:
        """Takes a forgotten model file back in. Raises ModelNotFound."""
        self._store.restore(name)

    def remember_use(self, name_or_path: str) -> None:
        """Makes this model file the one that ``resolve(None)`` returns."""
        self._store.remember_use(name_or_path)

    def remember(self, model_file: ModelFile) -> None:
        """As `remember_use`, by path where the model file is not in the library."""
        self.remember_use(str(model_file.path) if model_file.source == IN_PLACE else model_file.name)

    def check(
        self, name_or_path: str | None, on_progress: Callable[[float], None] = lambda _fraction: None
    ) -> CheckReport:
        """Reads a whole model file: header, tensors, vocabulary, hash. ``on_progress`` gets fractions from 0 to 1.

        Raises what ``resolve`` does, and ModelDamaged where the hash is not the published one.
        """
        model_file = self.resolve(name_or_path)
        return verify(model_file, on_progress)

    def _last_used(self) -> ModelFile:
        last = self._store.last_used()
        if last is not None:
            try:
                return self.resolve(last)
            except AppError:
                pass
        return self.resolve(STARTER)

    def _at(self, path: Path) -> ModelFile:
        if _is_same(path, self._starter):
            return self.resolve(STARTER)
        entry = next((entry for entry in self._store.list() if entry.path == path), None)
        return describe(path, entry.name if entry else path.stem, entry.source if entry else IN_PLACE)

    def _free_name(self, stem: str) -> str:
        taken = self._store.names() | {STARTER}
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        return name


def inspect(path: Path) -> GgufHeader:
    """Returns the header of a model file that llama.cpp can be given.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    header = read_header(path, is_vocabulary_read=True)
    refuse_killers(path, header)
    return header


def verify(model_file: ModelFile, on_progress: Callable[[float], None] = lambda _fraction: None) -> CheckReport:
    """Does what `Library.check` does for a model file that is known already."""
    header = inspect(model_file.path)
    found = _hash(model_file.path, on_progress)
    published = _published_hash(model_file.path)
    if published is not None and published != found:
        raise ModelDamaged(path=model_file.path, reason=i18n.text("damage.hash"))
    return CheckReport(model_file, len(header.tensors), found, published is not None)


def describe(path: Path, name: str, source: str) -> ModelFile:
    """Returns what the header of ``path`` tells. Raises as ``inspect``."""
    try:
        state = path.stat()
    except OSError as error:
        raise ModelMissing(path=path) from error
    header = _cached_header(path, state.st_size, state.st_mtime_ns)
    return ModelFile(
        name=name,
        path=path,
        bytes=state.st_size,
        quantization=header.quantization,
        architecture=header.architecture,
        parameters=header.parameters,
        context_length=header.context_length,
        source=source,
    )


@lru_cache(maxsize=256)
def _cached_header(path: Path, _size: int, _modified_ns: int) -> GgufHeader:
    header = read_header(path)
    refuse_killers(path, header)
    return header


def _normal(path: Path) -> Path:
    """Makes a path absolute without following links: in a cache the file behind a link has no telling name."""
    return Path(os.path.normpath(path.absolute()))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path == other


def _hash(path: Path, on_progress: Callable[[float], None]) -> str:
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


def _published_hash(path: Path) -> str | None:
    try:
        lines = path.with_name(CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    listed = {name.strip().removeprefix("*"): found for found, _, name in (line.partition(" ") for line in lines)}
    return listed.get(path.name)
