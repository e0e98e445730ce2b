"""Turns the system's errors about our own folders into ours: a full disk, a folder that cannot be written."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import DiskFull, FolderNotWritable


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Runs a block that writes ``path``. Raises DiskFull, FolderNotWritable."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(path=path) from error
        raise FolderNotWritable(path=path.parent) from error


def require_space(folder: Path, count: int) -> None:
    """Raises DiskFull where the disk of ``folder``, which exists, has less than ``count`` bytes left."""
    if shutil.disk_usage(folder).free < count:
        raise DiskFull(path=folder)
