"""`skald models search` and `skald models pull`: the Hub in the terminal."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Final

from app import i18n
from app.cli.interrupts import first_interrupt
from app.cli.workplace import Workplace
from app.domain.downloads import Download
from app.domain.errors import WrongUsage
from app.domain.language_model import ModelFile
from app.library.fetch import Control
from app.library.hub_reference import parse_reference
from app.library.pace import Speedometer
from app.services.downloading import held_bytes
from app.services.hub_access import download_folder

TOLD_EVERY_S: Final = 0.2


def search(workplace: Workplace, query: str) -> None:
    """Shows the repositories that fit. Raises HubProblem."""
    hits = workplace.downloader().hub.search(query)
    if workplace.output.is_json:
        for hit in hits:
            workplace.output.record(asdict(hit))
        return
    if not hits:
        workplace.output.notice(i18n.text("cli.models.nothing_found", query=query))
        return
    names = ["repository", "parameters", "context", "licence", "downloads", "gated"]
    rows = [
        [
            hit.id,
            i18n.count(hit.parameters) or "-",
            str(hit.context_length or "-"),
            hit.licence or "-",
            str(hit.downloads),
            hit.gated or "-",
        ]
        for hit in hits
    ]
    workplace.output.table([names, *rows])


def pull(workplace: Workplace, text: str, token: str | None) -> ModelFile | None:
    """Downloads, verifies and lists a model; None when Ctrl+C stopped it, and what came stays.

    Raises WrongUsage, HubProblem, NoRoom, DiskFull, FolderNotWritable, ModelProblem.
    """
    reference = parse_reference(text)
    if reference is None:
        raise WrongUsage(reason=i18n.text("cli.models.no_reference", text=text))
    downloader = workplace.downloader(token)
    download = downloader.plan(reference, download_folder(workplace.paths, workplace.settings))
    control = Control()
    progress = _Progress(workplace, download)
    with first_interrupt(control.stop):
        path = downloader.run(download, control, progress.show, progress.follow)
    workplace.output.progress("")
    return workplace.library.resolve(str(path)) if path else None


class _Progress:
    """Tells how far a download is, some times a second."""

    def __init__(self, workplace: Workplace, download: Download) -> None:
        self._output = workplace.output
        self._speed = Speedometer()
        self._told_at = 0.0
        self.follow(download)

    def follow(self, download: Download) -> None:
        """Tells of this download from now on."""
        self._name, self._total = download.name, download.bytes
        self._done = held_bytes(download)
        self._tell()

    def show(self, done: int) -> None:
        """Takes how many bytes are on disk."""
        self._speed.add(max(0, done - self._done))
        self._done = done
        if time.monotonic() - self._told_at >= TOLD_EVERY_S or done >= self._total:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        if self._output.is_json:
            self._output.record({"type": "progress", "done": self._done, "total": self._total})
            return
        left = self._speed.seconds_left(self._total - self._done)
        self._output.progress(
            i18n.text(
                "cli.models.pulling",
                name=self._name,
                done=i18n.size(self._done),
                total=i18n.size(self._total),
                speed=i18n.size(self._speed.bytes_per_s()),
                left="" if left is None else i18n.duration(left),
            )
        )
