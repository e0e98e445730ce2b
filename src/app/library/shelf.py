"""Which models there are and what each is called, before any header is read: from the database and from the disk."""

from __future__ import annotations

from pathlib import Path

from app.domain.language_model import STARTER
from app.library.found_model import BROUGHT_IN, BUNDLED, DOWNLOADED, FoundModel
from app.library.model_names import quantization_label, unique_name
from app.library.other_programs import models_of_other_programs
from app.library.snapshots import models_in_cache
from app.library.split_files import parts_of, stem_of
from app.library.surroundings import Surroundings
from app.storage.model_files import ModelFileStore


class Shelf:
    """The entries of the library; each call looks at the disk anew."""

    def __init__(
        self, model_files: ModelFileStore, starter: Path, hub_cache: Path | None, surroundings: Surroundings | None
    ) -> None:
        self._store = model_files
        self._starter = starter
        self._hub_cache = hub_cache
        self._surroundings = surroundings

    def entries(self) -> list[FoundModel]:
        """Returns the starter, what was brought in, what was downloaded, and what other programs have.

        Names are unique. A name from a store stays while no earlier entry has it; one that was hidden once keeps its.
        """
        stored = {entry.path: entry for entry in self._store.everything()}
        entries = [FoundModel(STARTER, self._starter, BUNDLED), *self.brought_in()]
        taken = {STARTER, *(entry.name for entry in stored.values())}
        listed = {entry.path for entry in entries}
        for found in self._on_disk():
            known = stored.get(found.path)
            if found.path in listed or (known is not None and known.is_forgotten):
                continue
            name = known.name if known is not None else unique_name(found.name, found.source, taken)
            taken.add(name)
            listed.add(found.path)
            entries.append(_renamed(found, name))
        return entries

    def brought_in(self) -> list[FoundModel]:
        """Returns what was imported in place or moved in, whether the files are there or not."""
        return [
            FoundModel(entry.name, entry.path, entry.source, parts_of(entry.path))
            for entry in self._store.list()
            if entry.source in BROUGHT_IN
        ]

    def named(self, name: str, *, is_exact: bool = False) -> FoundModel | None:
        """Returns the entry of a name; unless ``is_exact``, ``owner/name:QUANT`` means any file of that repository."""
        if name == STARTER:
            return FoundModel(STARTER, self._starter, BUNDLED)
        known = next((entry for entry in self.brought_in() if entry.name == name), None)
        if known is not None:
            return known
        entries = self.entries()
        exact = next((entry for entry in entries if entry.name == name), None)
        repository, _, label = name.rpartition(":")
        if exact is not None or is_exact or not repository:
            return exact
        return next(
            (
                entry
                for entry in entries
                if entry.repository.lower() == repository.lower()
                and quantization_label(stem_of(entry.path)) == label.upper()
            ),
            None,
        )

    def at(self, path: Path) -> FoundModel | None:
        """Returns the entry that has ``path``."""
        return next((entry for entry in self.entries() if path in entry.files), None)

    def free_name(self, stem: str) -> str:
        """Returns ``stem``, or with a number behind it, so that no entry has it."""
        taken = self._store.names() | {entry.name for entry in self.entries()}
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        return name

    def _on_disk(self) -> list[FoundModel]:
        downloaded = models_in_cache(self._hub_cache, DOWNLOADED) if self._hub_cache else []
        others = models_of_other_programs(self._surroundings) if self._surroundings else []
        return downloaded + others


def _renamed(found: FoundModel, name: str) -> FoundModel:
    if found.name == name:
        return found
    return FoundModel(name, found.path, found.source, found.parts, found.sha256, found.repository)
