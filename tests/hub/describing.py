"""What the Hub's API says about repositories and files, field by field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, Final

from tests.hub.repository import Commit, RepoFile, Repository

Record = dict[str, Any]
_Field = Callable[[Repository, Commit], Any]

LISTED: Final = ("likes", "private", "downloads", "tags", "pipeline_tag", "createdAt", "modelId")
FULL: Final = (*LISTED, "author", "gated", "lastModified", "sha", "siblings")
SINGLE: Final = (*FULL, "disabled", "cardData", "gguf", "usedStorage")


def moment(date: datetime) -> str:
    """Returns a date as the Hub writes it."""
    return date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _tags(repository: Repository) -> list[str]:
    about = repository.about
    licence = [f"license:{about.licence}"] if about.licence else []
    pipeline = [about.pipeline_tag] if about.pipeline_tag else []
    return [*about.tags, *pipeline, *licence, "region:us"]


def _gguf(repository: Repository, commit: Commit) -> Record | None:
    return dict(repository.about.gguf) if repository.about.gguf is not None else None


_FIELDS: Final[dict[str, _Field]] = {
    "modelId": lambda repository, _: repository.id,
    "author": lambda repository, _: repository.id.rpartition("/")[0] or None,
    "sha": lambda _, commit: commit.id,
    "lastModified": lambda _, commit: moment(commit.date),
    "createdAt": lambda repository, _: moment(repository.commits[0].date),
    "private": lambda repository, _: repository.is_private,
    "gated": lambda repository, _: repository.gated,
    "disabled": lambda repository, _: repository.is_disabled,
    "downloads": lambda repository, _: repository.about.downloads,
    "downloadsAllTime": lambda repository, _: repository.about.downloads * 3,
    "likes": lambda repository, _: repository.about.likes,
    "trendingScore": lambda repository, _: repository.about.likes,
    "tags": lambda repository, _: _tags(repository),
    "pipeline_tag": lambda repository, _: repository.about.pipeline_tag,
    "cardData": lambda repository, _: {"license": repository.about.licence} if repository.about.licence else {},
    "gguf": _gguf,
    "siblings": lambda _, commit: [{"rfilename": path} for path in commit.files],
    "usedStorage": lambda _, commit: sum(found.content.size for found in commit.files.values()),
}


def described(repository: Repository, commit: Commit, fields: Collection[str]) -> Record:
    """Returns the record of one repository; fields without a value are left out, unknown ones too."""
    values = {name: _FIELDS[name](repository, commit) for name in fields if name in _FIELDS}
    known = {name: value for name, value in values.items() if value is not None}
    return {"_id": commit.id[:24], "id": repository.id, **known}


def sibling_with_blob(found: RepoFile) -> Record:
    """Returns a file as ``blobs=true`` tells it."""
    record: Record = {"rfilename": found.path, "blobId": found.blob_id, "size": found.content.size}
    if found.is_large:
        record["lfs"] = {
            "sha256": found.content.sha256,
            "size": found.content.size,
            "pointerSize": len(found.pointer),
        }
    return record


def file_entry(found: RepoFile, commit: Commit, *, is_expanded: bool = False) -> Record:
    """Returns a file as a listing of the tree tells it."""
    record: Record = {"type": "file", "oid": found.blob_id, "size": found.content.size, "path": found.path}
    if found.is_large:
        record["lfs"] = {
            "oid": found.content.sha256,
            "size": found.content.size,
            "pointerSize": len(found.pointer),
        }
        record["xetHash"] = found.xet_hash
    if is_expanded:
        record["lastCommit"] = {"id": commit.id, "title": commit.title, "date": moment(commit.date)}
    return record


def tree_entries(commit: Commit, folder: str, *, is_recursive: bool, is_expanded: bool) -> Iterator[Record]:
    """Yields what lies in ``folder`` ("" is the top): directories first met, then files, in order of their paths."""
    prefix = f"{folder}/" if folder else ""
    seen: set[str] = set()
    for path, found in commit.files.items():
        if not path.startswith(prefix):
            continue
        inner = path.removeprefix(prefix).split("/")[:-1]
        for depth in range(1, len(inner) + 1 if is_recursive else min(2, len(inner) + 1)):
            directory = prefix + "/".join(inner[:depth])
            if directory not in seen:
                seen.add(directory)
                yield {"type": "directory", "oid": commit.id, "size": 0, "path": directory}
        if is_recursive or not inner:
            yield file_entry(found, commit, is_expanded=is_expanded)
