"""How many files a message may have, and their reading one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.attachments.reader import read_attachment
from app.domain.attachments import AttachmentPart
from app.domain.errors import AttachmentsTooMany

MOST_ATTACHMENTS: Final = 20


def attach_all(paths: Sequence[Path]) -> tuple[AttachmentPart, ...]:
    """Returns all files as text. Raises AttachmentProblem for the first that cannot be attached."""
    for path in paths[MOST_ATTACHMENTS:]:
        raise AttachmentsTooMany(name=path.name, limit=MOST_ATTACHMENTS)
    return tuple(part for path in paths if (part := read_attachment(path)) is not None)
