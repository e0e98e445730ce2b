"""Moves model files into our folder: at once on the same disk, else by a copy that is verified first."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import ModelDamaged
from app.library.checking import hash_of
from app.library.disk_errors import require_space, translated
from app.library.split_files import stem_of

_PIECE: Final = 1 << 20
#: What "another disk" is called: by POSIX, and by file systems that have no hard links.
_NO_LINK: Final = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP)

OnProgress = Callable[[float], None]


def free_places(files: Sequence[Path], folder: Path) -> list[Path]:
    """Returns paths in ``folder`` for the files of one model, none of which is there yet."""
    stem = stem_of(files[0])
    number = 1
    while True:
        begin = stem if number == 1 else f"{stem}-{number}"
        places = [folder / (begin + path.name[len(stem) :]) for path in files]
        if not any(os.path.lexists(place) for place in places):
            return places
        number += 1


def move(
    files: Sequence[Path], places: Sequence[Path], on_progress: OnProgress, record: Callable[[], None] = lambda: None
) -> None:
    """Moves ``files`` to ``places``, never over a file; where one fails all originals are there.

    ``record`` is called when all are at their new places and before any original goes. ``on_progress`` gets fractions
    from 0 to 1. Raises DiskFull, FolderNotWritable, ModelRefused, and ModelDamaged where a copy is not the same.
    """
    made: list[Path] = []

    def show(fraction: float) -> None:
        on_progress((len(made) + fraction) / len(files))

    try:
        with translated(places[0]):
            places[0].parent.mkdir(parents=True, exist_ok=True)
            for path, place in zip(files, places, strict=True):
                _double(path, place, show)
                made.append(place)
        with translated(files[0]):
            _require_removable(files)
        record()
    except BaseException:
        for place in made:
            place.unlink(missing_ok=True)
        raise
    with translated(files[0]):
        for path in files:
            path.unlink()
    on_progress(1.0)


def _require_removable(files: Sequence[Path]) -> None:
    for folder in {path.parent for path in files}:
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _double(path: Path, place: Path, on_progress: OnProgress) -> None:
    """Makes ``place`` the same file as ``path``: a second name on the same disk, else a copy."""
    try:
        os.link(path, place)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        _copy(path, place, on_progress)


def _copy(path: Path, place: Path, on_progress: OnProgress) -> None:
    """Copies ``path``, reads the copy again, and gives it its name only when it is the same."""
    size = path.stat().st_size
    require_space(place.parent, size)
    unfinished = place.with_name(f"{place.name}.part-{os.getpid()}")
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, unfinished.open("xb") as target:
            while piece := source.read(_PIECE):
                target.write(piece)
                digest.update(piece)
                done += len(piece)
                on_progress(min(done / size, 1.0) / 2)
            target.flush()
            os.fsync(target.fileno())
        _require_same(unfinished, digest.hexdigest(), lambda part: on_progress(0.5 + part / 2))
        _require_free(place)
        os.rename(unfinished, place)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _require_same(copy: Path, expected: str, on_progress: OnProgress) -> None:
    found = hash_of(copy, on_progress)
    if found != expected:
        raise ModelDamaged(path=copy, reason=i18n.text("damage.hash", found=found, expected=expected))


def _require_free(place: Path) -> None:
    if os.path.lexists(place):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
