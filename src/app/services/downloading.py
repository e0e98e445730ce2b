"""Brings a language model from the Hub: plans what to fetch, fetches file by file, and lists only what is right."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.domain.downloads import Download
from app.domain.errors import DownloadChanged, HubBusy, HubFileMissing, ModelProblem, VariantNotFound
from app.domain.hub import HubFile, HubRepository, Variant
from app.library.fetch import DEFAULT_PATIENCE, Control, Fetch, Patience, Source
from app.library.hub import Hub
from app.library.hub_cache import CachedRepository
from app.library.hub_connection import HubConnection
from app.library.hub_reference import HubReference
from app.library.library import inspect
from app.library.pace import Limit
from app.library.variants import choose_variant

LONGEST_WAIT_S: Final = 20
"""A Hub that asks for a pause of so many seconds, before anything is under way, is asked again after it."""

#: Gets how many bytes of a download are on disk.
OnProgress = Callable[[int], None]


class Downloader:
    """Downloads from one Hub into cache folders; used by one thread at a time."""

    def __init__(
        self, connection: HubConnection, *, limit: Limit | None = None, patience: Patience = DEFAULT_PATIENCE
    ) -> None:
        self.hub = Hub(connection)
        self._connection = connection
        self._limit = limit or Limit()
        self._patience = patience

    def plan(self, reference: HubReference, place: Path) -> Download:
        """Asks the Hub what ``reference`` names; the recommended variant where it names none.

        Raises HubProblem.
        """
        repository = self._repository(reference.repository)
        return planned(repository, _variant(repository, reference), place)

    def run(
        self,
        download: Download,
        control: Control,
        on_progress: OnProgress,
        on_change: Callable[[Download], None] = lambda _changed: None,
    ) -> Path | None:
        """Brings all files and returns the model file that llama.cpp opens, None when it was stopped.

        Where the Hub has other files by now, those are fetched instead, once; ``on_change`` gets the new plan.
        Raises HubProblem, NoRoom, DiskFull, FolderNotWritable, and ModelProblem for a file that is no use.
        """
        try:
            return self._bring(download, control, on_progress)
        except (DownloadChanged, HubFileMissing):
            reference = HubReference(download.repository, download.variant)
            renewed = self.plan(reference, Path(download.place))
        renewed = replace(renewed, id=download.id, state=download.state)
        if renewed.files == download.files and renewed.commit == download.commit:
            raise DownloadChanged(repository=download.repository, path=download.files[0].path)
        on_change(renewed)
        wanted = {file.sha256 for file in renewed.files}
        with contextlib.suppress(OSError):
            discard(replace(download, files=tuple(file for file in download.files if file.sha256 not in wanted)))
        return self._bring(renewed, control, on_progress)

    def _repository(self, name: str) -> HubRepository:
        try:
            return self.hub.repository(name)
        except HubBusy as error:
            seconds = int(error.values["seconds"])
            if seconds > LONGEST_WAIT_S:
                raise
        time.sleep(seconds)
        return self.hub.repository(name)

    def _bring(self, download: Download, control: Control, on_progress: OnProgress) -> Path | None:
        cached = cache_of(download)
        done = {file.path: cached.held_bytes(file) for file in download.files}
        cached.check_room(download.bytes - sum(done.values()))
        fetched = [file for file in download.files if not cached.is_complete(file)]
        for number, file in enumerate(download.files, start=1):
            later = download.files[number:]

            def progressed(held: int, path: str = file.path) -> None:
                done[path] = held
                on_progress(sum(done.values()))

            source = Source(download.repository, download.commit, file)
            fetch = Fetch(
                self._connection,
                cached,
                source,
                control,
                progressed,
                room=sum(other.bytes - done[other.path] for other in later),
                limit=self._limit,
                patience=self._patience,
            )
            if not fetch.run():
                return None
        return _named(download, cached, fetched)


def planned(repository: HubRepository, variant: Variant, place: Path) -> Download:
    """Returns the download of one variant of a repository into the cache folder ``place``."""
    has_projector = variant.projector is not None
    return Download(
        uuid.uuid4().hex, repository.id, variant.name, repository.commit, variant.all_files, str(place), has_projector
    )


def cache_of(download: Download) -> CachedRepository:
    """Returns the folder that a download goes to."""
    return CachedRepository(Path(download.place), download.repository)


def held_bytes(download: Download) -> int:
    """Returns how much of a download is on disk."""
    cached = cache_of(download)
    return sum(cached.held_bytes(file) for file in download.files)


def discard(download: Download) -> None:
    """Removes what a cancelled download left: partial files, and whole ones that have no name yet."""
    cached = cache_of(download)
    for file in download.files:
        cached.drop_unused(file)


def _variant(repository: HubRepository, reference: HubReference) -> Variant:
    if reference.file is not None:
        holding = (one for one in repository.variants if reference.file in [file.path for file in one.files])
        found = next(holding, None)
    elif reference.variant is not None:
        found = choose_variant(repository.variants, reference.variant)
    else:
        found = repository.recommended()
    if found is None:
        wanted = reference.file or reference.variant
        names = ", ".join(variant.name for variant in repository.variants)
        raise VariantNotFound(repository=repository.id, variant=wanted, variants=names)
    return found


def _named(download: Download, cached: CachedRepository, fetched: list[HubFile]) -> Path:
    """Gives the files their names, where llama.cpp can be given them; else nothing is listed, and what came is gone."""
    models = download.files[:-1] if download.has_projector else download.files
    for file in models:
        try:
            inspect(cached.blob(file))
        except ModelProblem as error:
            for each in fetched:
                cached.drop_unused(each)
            raise type(error)(**{**error.values, "path": file.path}) from error
    return cached.point(download.commit, download.files)[0]
