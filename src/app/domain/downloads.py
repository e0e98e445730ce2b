"""A download: what is to be brought from the Hub, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import ErrorReport
from app.domain.hub import HubFile


class DownloadState(StrEnum):
    """Waiting for its turn, at work, stopped by the person, or stopped by an error. One that is done is gone."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True)
class Download:
    """One variant of a repository at a commit, to be brought below the cache folder ``place``.

    ``files`` are the parts of the model in their order and, where ``has_projector``, the vision projector last.
    """

    id: str
    repository: str
    variant: str
    commit: str
    files: tuple[HubFile, ...]
    place: str
    has_projector: bool = False
    state: DownloadState = DownloadState.QUEUED
    error: ErrorReport | None = None

    @property
    def name(self) -> str:
        """What a person knows it by, ``owner/repo:QUANT``."""
        return f"{self.repository}:{self.variant}"

    @property
    def bytes(self) -> int:
        """How much there is to bring in all."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is: bytes on disk, speed in bytes a second, seconds left (None: not known)."""

    id: str
    done: int
    total: int
    bytes_per_s: float = 0.0
    seconds_left: float | None = None
