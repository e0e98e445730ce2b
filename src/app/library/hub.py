"""Finds language models on the Hub: a search, and what one repository holds at this moment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from app.domain.errors import HubAnswerBad, RepositoryEmpty
from app.domain.hub import HubHit, HubRepository
from app.library.hub_connection import HubConnection
from app.library.hub_reference import is_repository, is_safe
from app.library.variants import ListedFile, find_variants

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

MOST_HITS: Final = 40
LONGEST_TEXT: Final = 200
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")
_WANTED: Final = ["downloads", "likes", "tags", "gated", "gguf"]


class Hub:
    """Asks a Hub about its repositories. Every method raises HubProblem."""

    def __init__(self, connection: HubConnection) -> None:
        self._connection = connection

    def search(self, query: str, limit: int = MOST_HITS) -> list[HubHit]:
        """Returns the repositories with GGUF files that fit ``query``, the most downloaded first."""
        with self._connection.translated():
            found: Iterable[ModelInfo] = self._connection.api.list_models(
                search=query,
                filter="gguf",
                sort="downloads",
                limit=limit,
                expand=_WANTED,  # type: ignore[arg-type]  # a list of literals
            )
            hits = [_hit(info) for info in islice(found, limit)]
        return [hit for hit in hits if is_repository(hit.id)]

    def repository(self, name: str, revision: str | None = None) -> HubRepository:
        """Returns what a repository holds. Raises RepositoryEmpty where no GGUF of it can be verified, too."""
        with self._connection.translated(name):
            info = self._connection.api.model_info(name, revision=revision, files_metadata=True)
            listed = [
                ListedFile(entry.rfilename, _number(entry.size), entry.lfs.sha256)
                for entry in info.siblings or []
                if entry.lfs and _is_sound(entry.rfilename, entry.size, entry.lfs.sha256)
            ]
            hit = _hit(info)
            commit = _text(info.sha)
        if not is_repository(hit.id) or not _COMMIT.fullmatch(commit):  # both become names of folders
            raise HubAnswerBad(host=self._connection.host, reason="no repository with a commit")
        variants = find_variants(listed)
        if not variants:
            raise RepositoryEmpty(repository=name)
        return HubRepository(
            hit.id,
            commit,
            variants,
            hit.licence,
            hit.architecture,
            hit.parameters,
            hit.context_length,
            hit.gated,
        )


def _is_sound(path: object, size: object, sha256: object) -> bool:
    """Tells whether what the Hub says about a file can be believed: a path inside the repository, a size, a hash."""
    return isinstance(path, str) and is_safe(path) and _number(size) > 0 and isinstance(sha256, str)


def _hit(info: ModelInfo) -> HubHit:
    """Takes what is known of a repository; nothing of it is believed to have the right type."""
    header: dict[str, Any] = info.gguf if isinstance(info.gguf, dict) else {}
    return HubHit(
        id=_text(info.id),
        downloads=_number(info.downloads),
        likes=_number(info.likes),
        licence=_licence(info),
        architecture=_text(header.get("architecture")),
        parameters=_number(header.get("total")),
        context_length=_number(header.get("context_length")),
        gated=_text(info.gated) if isinstance(info.gated, str) else "",
    )


def _licence(info: ModelInfo) -> str:
    tags: list[object] = list(info.tags or [])
    return next((_text(tag)[8:] for tag in tags if _text(tag).startswith("license:")), "")


def _text(value: object) -> str:
    return " ".join(value.split())[:LONGEST_TEXT] if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
