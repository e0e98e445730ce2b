"""The model file under a loaded model: whether it was written to or went away while llama.cpp has it mapped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.errors import AppError, EngineAborted, EngineCrashed, ModelChanged, ModelMissing

_PART: Final = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


class LoadedFile:
    """A model file, and those that it is split into, as they were when this was made: before the load."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._before = _look(path)

    @property
    def is_unchanged(self) -> bool:
        """Whether the files are there as they were."""
        return _look(self.path) == self._before

    def refuse_where_written_to(self) -> None:
        """Raises ModelChanged where the very file that is mapped has other content now.

        One that was replaced by another of its name, or removed, is still mapped as it was.
        """
        pairs = zip(self._before or (), _look(self.path) or (), strict=False)
        if any(before.is_same_file(now) and before != now for before, now in pairs):
            raise ModelChanged(path=self.path)

    def cause_of(self, error: AppError) -> AppError:
        """Returns ``error``, or that the file is missing or was changed where llama.cpp crashed over that."""
        if not isinstance(error, EngineCrashed | EngineAborted):
            return error
        now = _look(self.path)
        if now is None:
            return ModelMissing(path=self.path)
        return error if now == self._before else ModelChanged(path=self.path)


@dataclass(frozen=True)
class _State:
    device: int
    inode: int
    bytes: int
    modified_ns: int

    def is_same_file(self, other: _State) -> bool:
        return (self.device, self.inode) == (other.device, other.inode)


def _look(path: str) -> tuple[_State, ...] | None:
    """Returns the state of every file of the model; None where one is missing."""
    try:
        found = [part.stat() for part in _parts(path)]
    except OSError:
        return None
    return tuple(_State(one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns) for one in found)


def _parts(path: str) -> list[Path]:
    """Returns the files of a model: of a split one all, named as ``llama-gguf-split`` does."""
    found = _PART.search(path)
    if found is None:
        return [Path(path)]
    stem, count = path[: found.start()], int(found.group(2))
    return [Path(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, min(count, 1000) + 1)]
