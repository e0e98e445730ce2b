"""The library: the starter, what was imported or downloaded, and the model files of other programs."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app import i18n
from app.domain.errors import AppError, ModelNotFound, WrongUsage
from app.domain.language_model import STARTER, ModelFile
from app.library.checking import CheckReport as CheckReport
from app.library.checking import inspect as inspect
from app.library.checking import inspect_files
from app.library.checking import verify as verify
from app.library.deletion import cached_files, plain_files
from app.library.describing import describe as describe
from app.library.describing import described, described_or_none, is_language_model
from app.library.found_model import BROUGHT_IN, DOWNLOADED, IMPORTED, IN_PLACE, MOVED, OTHER_PROGRAMS, FoundModel
from app.library.found_model import BUNDLED as BUNDLED
from app.library.header_cache import HeaderCache
from app.library.moving import free_places, move
from app.library.same_content import with_same_content_marked
from app.library.shelf import Shelf
from app.library.split_files import parts_of, stem_of
from app.library.surroundings import Surroundings
from app.library.trash import Trash, TrashedModel
from app.paths import Paths
from app.storage.model_files import ModelFileStore

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class MissingModel:
    """A model file that was brought in and is gone or no longer reads; ``error`` says why."""

    name: str
    path: Path
    source: str
    error: AppError


@dataclass(frozen=True)
class Removal:
    """What became of a model that was removed.

    ``trashed`` is set where its files went to the trash; emptying it frees ``bytes``. Else the files were not touched:
    it is only no longer listed.
    """

    name: str
    path: Path
    source: str
    trashed: TrashedModel | None = None

    @property
    def bytes(self) -> int:
        """What emptying the trash frees of it."""
        return self.trashed.bytes if self.trashed else 0


@dataclass(frozen=True)
class DiskUse:
    """Bytes on disk by source (`ModelFile.source`), and in the trash. A file that two entries share counts once."""

    by_source: dict[str, int]
    trash: int


class Library:
    """Every model file that can be chosen. ``starter`` is the bundled one.

    Without ``paths`` nothing is downloaded, moved or remembered; without ``surroundings`` no other program is seen.
    """

    def __init__(
        self,
        model_files: ModelFileStore,
        starter: Path,
        paths: Paths | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._store = model_files
        self._paths = paths
        self._headers = HeaderCache(paths.cache / "model-headers.json" if paths else None)
        self._shelf = Shelf(model_files, starter, paths.hub_cache if paths else None, surroundings)
        self._starter = starter

    def list(self) -> list[ModelFile]:
        """Returns the starter, the imported, the downloaded and other programs' model files, in this order.

        One that is gone, damaged or no language model is left out.
        """
        found: builtins.list[ModelFile] = []
        for entry in self._shelf.entries():
            if entry.source not in BROUGHT_IN and not is_language_model(entry, self._headers):
                continue
            model_file = described_or_none(entry, self._headers)
            if model_file is not None:
                found.append(model_file)
        marked = with_same_content_marked(found, self._headers)
        self._headers.save()
        return marked

    def missing(self) -> builtins.list[MissingModel]:
        """Returns what was imported or moved in and cannot be used now, with the reason."""
        found: builtins.list[MissingModel] = []
        for entry in self._shelf.brought_in():
            try:
                described(entry, self._headers)
            except AppError as error:
                found.append(MissingModel(entry.name, entry.path, entry.source, error))
        return found

    def resolve(self, name_or_path: str | None) -> ModelFile:
        """Returns the model file that a person means: a name in the library, ``starter``, a path to a GGUF.

        None means the one used last, else the starter. Raises ModelNotFound, and a ModelProblem where the file is
        missing or no good.
        """
        if name_or_path is None:
            return self._last_used()
        entry = self._shelf.named(name_or_path)
        if entry is not None:
            return described(entry, self._headers)
        path = Path(os.path.expanduser(name_or_path))
        if path.is_file() or path.suffix.lower() == ".gguf":
            return self._at(_normal(path))
        raise ModelNotFound(name=name_or_path)

    def adopt(self, path: Path, is_moved: bool = False, on_progress: OnProgress = lambda _fraction: None) -> ModelFile:
        """Takes a GGUF into the library; one that is there already is returned as it is.

        It stays where it is, or with ``is_moved`` it is moved into our folder (``on_progress`` gets fractions from 0 to
        1). Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused; when moving WrongUsage, DiskFull,
        FolderNotWritable too.
        """
        path = _normal(Path(os.path.expanduser(path)))
        path = (parts_of(path) or (path,))[0]
        inspect_files(describe(path, path.stem, IN_PLACE, self._headers))
        if _is_same(path, self._starter):
            return self.resolve(STARTER)
        if is_moved:
            return self._move_in(path, on_progress)
        known = self._store.at(path)
        found = self._shelf.at(path)
        if found is None or known is not None:
            self._store.add(self._shelf.free_name(stem_of(path)), path, IMPORTED)
        return self._at(path)

    def forget(self, name: str) -> None:
        """Takes a model file out of the library; the file stays. Raises ModelNotFound, WrongUsage for the starter."""
        if name == STARTER:
            raise WrongUsage(reason=i18n.text("library.wrong.remove_starter"))
        entry = self._shelf.named(name, is_exact=True)
        if entry is None:
            raise ModelNotFound(name=name)
        if entry.source in BROUGHT_IN:
            self._store.forget(name)
        else:
            self._store.hide(name, entry.path, entry.source)

    def remove(self, name: str) -> Removal:
        """Deletes a model file of ours into the trash; one of another program or imported in place is forgotten.

        Raises ModelNotFound, WrongUsage for the starter, DiskFull, FolderNotWritable.
        """
        entry = self._shelf.named(name, is_exact=True) if name != STARTER else None
        files = [path for path in entry.files if path.is_file()] if entry else []
        if entry is None or self._paths is None or entry.source not in (DOWNLOADED, MOVED) or not files:
            self.forget(name)
            return Removal(name, entry.path if entry else Path(), entry.source if entry else "")
        root = self._paths.models
        is_cached = entry.source == DOWNLOADED
        listed = cached_files(root, self._paths.hub_cache, files) if is_cached else plain_files(root, files)
        trashed = Trash(root).put(name, entry.source, listed)
        if not is_cached:
            self._store.forget(name)
        return Removal(name, entry.path, entry.source, trashed)

    def restore(self, removed: Removal | TrashedModel | str) -> None:
        """Brings back what was removed or forgotten, by its record or by its name (the last one of that name).

        Raises ModelNotFound, WrongUsage where another file has its place, DiskFull, FolderNotWritable.
        """
        name = removed if isinstance(removed, str) else removed.name
        trashed = removed.trashed if isinstance(removed, Removal) else removed
        if isinstance(trashed, str):
            trashed = self._trash.find(trashed) if self._trash else None
        if trashed is None or self._trash is None:
            self._store.restore(name)
            return
        self._trash.restore(trashed)
        if trashed.source == MOVED:
            self._store.restore(name)

    def trash(self) -> builtins.list[TrashedModel]:
        """Returns the models in the trash, the newest first."""
        return self._trash.list() if self._trash else []

    def empty_trash(self, older_than: timedelta = timedelta()) -> int:
        """Deletes for good what was removed at least ``older_than`` ago; returns the bytes freed."""
        return self._trash.empty(older_than) if self._trash else 0

    def disk_use(self) -> DiskUse:
        """Returns how much room the model files take."""
        by_source: dict[str, int] = {}
        counted: set[tuple[int, int]] = set()
        for entry in self._shelf.entries():
            for path in entry.files:
                try:
                    state = path.stat()
                except OSError:
                    continue
                if (state.st_dev, state.st_ino) not in counted:
                    counted.add((state.st_dev, state.st_ino))
                    by_source[entry.source] = by_source.get(entry.source, 0) + state.st_size
        return DiskUse(by_source, self._trash.bytes() if self._trash else 0)

    def remember_use(self, name_or_path: str) -> None:
        """Makes this model file the one that ``resolve(None)`` returns."""
        self._store.remember_use(name_or_path)

    def remember(self, model_file: ModelFile) -> None:
        """As `remember_use`, by path where the model file is not in the library."""
        self.remember_use(str(model_file.path) if model_file.source == IN_PLACE else model_file.name)

    def check(self, name_or_path: str | None, on_progress: OnProgress = lambda _fraction: None) -> CheckReport:
        """Reads a whole model file: header, tensors, vocabulary, hash. ``on_progress`` gets fractions from 0 to 1.

        Raises what ``resolve`` does, and ModelDamaged where the hash is not the published one.
        """
        return verify(self.resolve(name_or_path), on_progress)

    @property
    def _trash(self) -> Trash | None:
        return Trash(self._paths.models) if self._paths else None

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
        path = (parts_of(path) or (path,))[0]
        found = self._shelf.at(path) or FoundModel(stem_of(path), path, IN_PLACE, parts_of(path))
        return described(found, self._headers)

    def _move_in(self, path: Path, on_progress: OnProgress) -> ModelFile:
        found = self._shelf.at(path)
        if self._paths is None or (found is not None and found.source in OTHER_PROGRAMS):
            raise WrongUsage(reason=i18n.text("library.wrong.move_other", path=path))
        if found is not None and found.source in (DOWNLOADED, MOVED):
            return described(found, self._headers)
        files = parts_of(path) or (path,)
        link = next((file for file in files if file.is_symlink()), None)
        if link is not None:
            raise WrongUsage(reason=i18n.text("library.wrong.move_link", path=link))
        places = free_places(files, self._paths.models / "imported")

        def record() -> None:
            self._store.add(self._shelf.free_name(stem_of(path)), path, IMPORTED)
            self._store.move(path, places[0], MOVED)

        move(files, places, on_progress, record)
        return self._at(places[0])


def _normal(path: Path) -> Path:
    """Makes a path absolute without following links: in a cache the file behind a link has no telling name."""
    return Path(os.path.normpath(path.absolute()))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path == other
