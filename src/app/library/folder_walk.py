"""Finds the GGUF files below a folder that is not ours: bounded, without loops, never an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: A folder with more than this is searched no further; a library of 1,000 models has some 10,000 entries.
MOST_ENTRIES: Final = 50_000
DEEPEST: Final = 6
#: What downloaders put beside or behind the name of a file that is not complete.
_UNFINISHED: Final = (".part", ".incomplete", ".downloading", ".aria2", ".crdownload", ".tmp")
_UNFINISHED_PREFIXES: Final = (".", "incomplete-", "downloading_")


@dataclass
class Walk:
    """What is left of the bounds of one search; the folders it was in, so that no link leads it round."""

    entries_left: int = MOST_ENTRIES
    visited: set[tuple[int, int]] = field(default_factory=set)

    def files(self, root: Path, ending: str, deepest: int = DEEPEST) -> Iterator[Path]:
        """Gives the files below ``root`` whose names end in ``ending`` (lower case), sorted within a folder."""
        pending = [(root, 0)]
        while pending:
            folder, depth = pending.pop()
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            below: list[tuple[Path, int]] = []
            for entry in entries:
                if _is_folder(entry):
                    if depth < deepest and not entry.name.startswith("."):
                        below.append((folder / entry.name, depth + 1))
                elif entry.name.lower().endswith(ending) and _is_finished(entry, names):
                    yield folder / entry.name
            pending.extend(reversed(below))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """Returns the entries of a folder by name; none where it cannot be read, was met before, or enough was seen."""
        try:
            state = folder.stat()
            if (state.st_dev, state.st_ino) in self.visited or self.entries_left <= 0:
                return []
            self.visited.add((state.st_dev, state.st_ino))
            found: list[os.DirEntry[str]] = []
            with os.scandir(folder) as entries:
                for entry in entries:
                    self.entries_left -= 1
                    if self.entries_left < 0:
                        break
                    found.append(entry)
        except OSError:
            return []
        return sorted(found, key=lambda entry: entry.name)


def model_files(root: Path, walk: Walk, deepest: int = DEEPEST) -> list[Path]:
    """Returns the GGUF files below ``root`` that may be language models: no projectors, nothing unfinished."""
    return [path for path in walk.files(root, ".gguf", deepest) if not is_projector(path.name)]


def is_projector(name: str) -> bool:
    """Tells by its name whether a GGUF is a vision projector, as llama.cpp and the programs around it name them."""
    return "mmproj" in name.lower()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_finished(entry: os.DirEntry[str], names: set[str]) -> bool:
    if entry.name.lower().startswith(_UNFINISHED_PREFIXES):
        return False
    if any(entry.name + ending in names for ending in _UNFINISHED):
        return False
    try:
        return entry.is_file()
    except OSError:
        return False
