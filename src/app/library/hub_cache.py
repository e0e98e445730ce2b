"""The folder that downloads go to, in the Hub's standard layout, so that other programs can share it.

``models--OWNER--NAME/blobs/SHA256`` has the content, ``snapshots/COMMIT/PATH`` points to it, ``refs/main`` names the
commit. Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from filelock import FileLock, Timeout

from app import i18n
from app.domain.errors import DiskFull, DownloadBusy, FolderNotWritable, HubAnswerBad, NoRoom
from app.domain.hub import HubFile
from app.library.hub_reference import is_safe

RESERVE: Final = 512 << 20
"""Bytes that a download leaves free on a disk."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class CachedRepository:
    """One repository's folder below the cache ``root``."""

    def __init__(self, root: Path, repository: str) -> None:
        self.root = root
        self.repository = repository
        self.folder = root / f"models--{repository.replace('/', '--')}"

    def blob(self, file: HubFile) -> Path:
        """Where the content of a file is once it is complete and verified."""
        return self.folder / "blobs" / file.sha256

    def partial(self, file: HubFile) -> Path:
        """Where it grows until then."""
        return self.blob(file).with_name(f"{file.sha256}.incomplete")

    def held_bytes(self, file: HubFile) -> int:
        """Returns how much of a file is there already."""
        for path in (self.blob(file), self.partial(file)):
            try:
                return min(path.stat().st_size, file.bytes)
            except OSError:
                continue
        return 0

    def is_complete(self, file: HubFile) -> bool:
        """Tells whether the verified content of a file is there."""
        try:
            return self.blob(file).stat().st_size == file.bytes
        except OSError:
            return False

    def pointer(self, commit: str, file: HubFile) -> Path:
        """Where a file is found under its own name. Raises HubAnswerBad for a name that leads elsewhere."""
        if not is_safe(file.path) or (os.name == "nt" and ":" in file.path):
            raise HubAnswerBad(host=self.repository, reason=f"the file name {file.path[:80]!r}")
        return self.folder / "snapshots" / commit / PurePosixPath(file.path)

    def drop_partial(self, file: HubFile) -> None:
        """Forgets what is there of an unfinished file."""
        self.partial(file).unlink(missing_ok=True)

    def drop_unused(self, file: HubFile) -> None:
        """Removes what is there of a file, unless a name leads to it."""
        self.drop_partial(file)
        names = (path for path in (self.folder / "snapshots").glob("**/*") if path.is_symlink())
        if not any(os.readlink(path).endswith(file.sha256) for path in names):
            self.blob(file).unlink(missing_ok=True)

    def finish(self, file: HubFile) -> None:
        """Gives verified content its name. Raises DiskFull, FolderNotWritable."""
        with written(self.folder):
            with self.partial(file).open("ab") as stream:  # makes one for a file of no bytes
                os.fsync(stream.fileno())
            self.partial(file).replace(self.blob(file))

    def point(self, commit: str, files: tuple[HubFile, ...]) -> list[Path]:
        """Lets the names of a commit lead to the verified content; returns them in the order of ``files``.

        Raises DiskFull, FolderNotWritable, HubAnswerBad.
        """
        pointers = [self.pointer(commit, file) for file in files]
        with written(self.folder):
            for file, pointer in zip(files, pointers, strict=True):
                _link(self.blob(file), pointer)
            reference = self.folder / "refs" / "main"
            reference.parent.mkdir(parents=True, exist_ok=True)
            reference.write_text(commit, encoding="ascii")
        return pointers

    @contextmanager
    def locked(self, file: HubFile) -> Iterator[None]:
        """Holds a file against every other program that downloads it. Raises DownloadBusy, FolderNotWritable."""
        place = self.root / ".locks" / self.folder.name / f"{file.sha256}.lock"
        with written(self.folder):
            place.parent.mkdir(parents=True, exist_ok=True)
            self.blob(file).parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise DownloadBusy(path=file.path) from error
        except OSError as error:
            raise FolderNotWritable(path=place.parent) from error
        try:
            yield
        finally:
            lock.release()

    def check_room(self, missing: int) -> None:
        """Raises NoRoom where ``missing`` more bytes and the reserve do not fit on the disk; none always do."""
        with written(self.folder):
            free = shutil.disk_usage(_existing(self.folder)).free
        if missing > 0 and free < missing + RESERVE:
            raise NoRoom(path=self.root, needed=i18n.size(missing + RESERVE), free=i18n.size(free))


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Turns what writing below ``folder`` meets into DiskFull and FolderNotWritable."""
    try:
        yield
    except OSError as error:
        raise (DiskFull(path=folder) if error.errno in _FULL else FolderNotWritable(path=folder)) from error


def _link(blob: Path, pointer: Path) -> None:
    """Points to ``blob`` relatively, so that the folder can be carried; where links are not allowed, moves it there."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    if pointer.is_symlink() or pointer.exists():
        if pointer.exists() and pointer.samefile(blob):
            return
        pointer.unlink()
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except (OSError, NotImplementedError):
        try:
            os.link(blob, pointer)
        except OSError:
            shutil.copyfile(blob, pointer)


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
