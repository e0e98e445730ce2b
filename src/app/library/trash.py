"""The trash: model files that were deleted, each with a note that says how to put it back exactly.

A deletion is a folder of its own below the trash: ``entry.json`` is written before anything moves, so that whatever
moment the process ends at, everything can be put back. Files are renamed on the same disk, never copied.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app import i18n
from app.domain.errors import ModelNotFound, WrongUsage
from app.library.disk_errors import translated

ENTRY: Final = "entry.json"


@dataclass(frozen=True)
class TrashedFile:
    """A file or a link that was at ``place`` (relative to the folder of models, with ``/``).

    ``link`` is what a link led to, empty for a file. ``is_replaceable`` means that whatever is there again has the same
    content, because its name is its hash.
    """

    place: str
    link: str = ""
    is_replaceable: bool = False


@dataclass(frozen=True)
class TrashedModel:
    """A model that was deleted; emptying the trash frees ``bytes``. ``id`` is its folder in the trash."""

    id: str
    name: str
    source: str
    removed_at: datetime
    bytes: int
    files: tuple[TrashedFile, ...]


class Trash:
    """The trash of one folder of models; ``root`` is that folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / "trash"

    def put(self, name: str, source: str, files: Sequence[TrashedFile]) -> TrashedModel:
        """Moves these files and links here; when one fails all are put back. Raises DiskFull, FolderNotWritable."""
        now = datetime.now(UTC)
        size = sum((self._root / file.place).stat().st_size for file in files if not file.link)
        with translated(self._folder / ENTRY):
            identity = self._new_folder(now)
            model = TrashedModel(identity, name, source, now, size, tuple(files))
            self._write(model)
            try:
                for number, file in enumerate(files):
                    self._take(model, number, file)
            except OSError:
                self._put_back(model)
                raise
        return model

    def list(self) -> list[TrashedModel]:
        """Returns what is in the trash, the newest first; a note that cannot be read is left out."""
        try:
            names = sorted((entry.name for entry in os.scandir(self._folder)), reverse=True)
        except OSError:
            return []
        return [model for model in map(self._read, names) if model is not None]

    def find(self, name: str) -> TrashedModel | None:
        """Returns the model that was deleted last under this name."""
        return next((model for model in self.list() if model.name == name), None)

    def restore(self, model: TrashedModel) -> None:
        """Puts everything back where it was. Raises WrongUsage where another file is there now, ModelNotFound."""
        if self._read(model.id) is None:
            raise ModelNotFound(name=model.name)
        for number, file in enumerate(model.files):
            target = self._root / file.place
            is_kept = not file.link and self._kept(model, number).exists()
            if is_kept and not file.is_replaceable and target.exists():
                raise WrongUsage(reason=i18n.text("library.wrong.place_taken", path=target))
        with translated(self._root / model.files[0].place):
            self._put_back(model)

    def empty(self, older_than: timedelta = timedelta()) -> int:
        """Deletes for good what was deleted at least ``older_than`` ago; returns the bytes freed."""
        limit = datetime.now(UTC) - older_than
        freed = 0
        for model in self.list():
            if model.removed_at <= limit:
                freed += self._bytes(model)
                with translated(self._folder / ENTRY):
                    shutil.rmtree(self._folder / model.id)
        return freed

    def bytes(self) -> int:
        """Returns what emptying all of it frees."""
        return sum(self._bytes(model) for model in self.list())

    def _bytes(self, model: TrashedModel) -> int:
        return sum(_size(self._kept(model, number)) for number in range(len(model.files)))

    def _kept(self, model: TrashedModel, number: int) -> Path:
        return self._folder / model.id / str(number)

    def _new_folder(self, now: datetime) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while True:
            identity = f"{now:%Y%m%dT%H%M%S%f}-{number:03}"
            try:
                (self._folder / identity).mkdir()
            except FileExistsError:
                number += 1
            else:
                return identity

    def _write(self, model: TrashedModel) -> None:
        said = {**asdict(model), "removed_at": model.removed_at.isoformat()}
        unfinished = self._folder / model.id / f"{ENTRY}.part"
        with unfinished.open("w", encoding="utf-8", errors="surrogateescape") as stream:
            json.dump(said, stream, ensure_ascii=False, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, self._folder / model.id / ENTRY)

    def _read(self, identity: str) -> TrashedModel | None:
        try:
            text = (self._folder / identity / ENTRY).read_text(encoding="utf-8", errors="surrogateescape")
            said: dict[str, Any] = json.loads(text)
            files = tuple(TrashedFile(**file) for file in said["files"])
            removed_at = datetime.fromisoformat(said["removed_at"])
            model = TrashedModel(identity, said["name"], said["source"], removed_at, said["bytes"], files)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return model if files and all(self._is_within(file) for file in files) else None

    def _is_within(self, file: TrashedFile) -> bool:
        path = Path(os.path.normpath(self._root / file.place))
        return path != self._root and path.is_relative_to(self._root)

    def _take(self, model: TrashedModel, number: int, file: TrashedFile) -> None:
        path = self._root / file.place
        if file.link:
            path.unlink()
        else:
            os.rename(path, self._kept(model, number))

    def _put_back(self, model: TrashedModel) -> None:
        """Puts files first and links last, so that no link leads nowhere; what is there already stays."""
        order = sorted(range(len(model.files)), key=lambda number: bool(model.files[number].link))
        for number in order:
            file, kept = model.files[number], self._kept(model, number)
            target = self._root / file.place
            if os.path.lexists(target) or not (file.link or kept.exists()):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.link:
                target.symlink_to(file.link)
            else:
                os.rename(kept, target)
        shutil.rmtree(self._folder / model.id)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
