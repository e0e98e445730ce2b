"""What has to go when a model that is ours is deleted: its files, and in a Hub cache the links and the blobs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.library.snapshots import SNAPSHOTS, hash_in_name
from app.library.trash import TrashedFile


def plain_files(root: Path, files: Sequence[Path]) -> list[TrashedFile]:
    """Returns ``files``, which are below the folder of models ``root``, for the trash."""
    return [TrashedFile(path.relative_to(root).as_posix()) for path in files]


def cached_files(root: Path, cache: Path, files: Sequence[Path]) -> list[TrashedFile]:
    """Returns the links and blobs of ``files``, which are snapshots' files in a Hub cache, for the trash.

    The same file of other commits goes with it, else the model would only be listed from an older commit. A blob that
    any other link needs stays.
    """
    links: list[Path] = []
    blobs: dict[Path, list[Path]] = {}
    plain: list[Path] = []
    for path in files:
        if not path.is_symlink():
            plain.append(path)
            continue
        twins = list(_twins(path, cache))
        links += twins
        blobs.setdefault(_target(path), []).extend(twins)
    needed = {_target(link) for link in _links(files, cache) if link not in set(links)}
    trashed = [TrashedFile(link.relative_to(root).as_posix(), os.readlink(link)) for link in links]
    for blob in blobs:
        if blob not in needed and blob.is_relative_to(root) and blob.is_file():
            trashed.append(TrashedFile(blob.relative_to(root).as_posix(), is_replaceable=bool(hash_in_name(blob))))
    return trashed + plain_files(root, plain)


def _repository_folder(path: Path, cache: Path) -> Path:
    return cache / path.relative_to(cache).parts[0]


def _twins(path: Path, cache: Path) -> Iterator[Path]:
    """Gives the links at the same place of every commit that lead to the same blob as ``path``."""
    snapshots = _repository_folder(path, cache) / SNAPSHOTS
    place = Path(*path.relative_to(snapshots).parts[1:])
    for snapshot in sorted(snapshots.iterdir()):
        link = snapshot / place
        if link.is_symlink() and _target(link) == _target(path):
            yield link


def _links(files: Sequence[Path], cache: Path) -> Iterator[Path]:
    """Gives every link in the snapshots of the repositories of ``files``."""
    for folder in {_repository_folder(path, cache) for path in files}:
        for parent, folders, names in os.walk(folder / SNAPSHOTS):
            for name in [*folders, *names]:
                if (Path(parent) / name).is_symlink():
                    yield Path(parent) / name


def _target(link: Path) -> Path:
    return Path(os.path.normpath(link.parent / os.readlink(link)))
