"""The child process, started as ``python -m app.attachments.host``: reads one file, tells its text, and ends.

It gets one line of JSON, ``{"path", "limits"}``, and answers with lines: ``{"progress": 0…1}`` and at last either
``{"kind", "language", "text", "size", "sha256"}`` or ``{"error", "values"}``.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app import i18n
from app.attachments import file_kinds, plain_text
from app.attachments.confinement import confine
from app.attachments.limits import Limits
from app.domain.attachments import AttachmentKind
from app.domain.errors import (
    AttachmentDamaged,
    AttachmentMissing,
    AttachmentProblem,
    AttachmentTooBig,
    AttachmentTooHeavy,
    AttachmentTooLong,
)

WIDEST_CHARACTER: Final = 4
"""Bytes of one character in UTF-8, UTF-16 and GB18030 at most."""


def main() -> None:
    """Answers the one command of this process."""
    tell = _Answers()
    command = json.loads(sys.stdin.readline())
    limits = Limits(**command["limits"])
    confine(limits)
    tell(answer(Path(command["path"]), limits, tell.progress))


def answer(path: Path, limits: Limits, on_progress: Callable[[float], None]) -> dict[str, Any]:
    """Returns the last line of this process: what `read` does, or its error."""
    try:
        return read(path, limits, on_progress)
    except AttachmentProblem as error:
        return {"error": error.key, "values": error.values}
    except MemoryError:
        return {"error": AttachmentTooHeavy.key, "values": {}}
    except Exception as error:  # noqa: BLE001 - the border of this process: what a parser stumbles over is the file's fault
        return {"error": AttachmentDamaged.key, "values": {"reason": type(error).__name__}}


def read(path: Path, limits: Limits, on_progress: Callable[[float], None]) -> dict[str, Any]:
    """Returns the text of a file and what it is. Raises AttachmentProblem."""
    try:
        if not path.is_file():
            raise AttachmentMissing
        size = path.stat().st_size
        if size > limits.size:
            raise AttachmentTooBig(size=i18n.size(size), limit=i18n.size(limits.size))
        data = path.read_bytes()
    except OSError as error:
        raise AttachmentMissing from error
    found = file_kinds.kind_of(path.name, data[: file_kinds.HEAD])
    text = _text(found.kind, data, limits, on_progress)
    if len(text) > limits.characters:
        raise AttachmentTooLong
    return {
        "kind": str(found.kind),
        "language": found.language,
        "text": text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _text(kind: AttachmentKind, data: bytes, limits: Limits, on_progress: Callable[[float], None]) -> str:
    if kind is AttachmentKind.PDF:
        from app.attachments import pdf

        return pdf.read(data, limits.characters, on_progress)
    if kind is AttachmentKind.DOCX:
        from app.attachments import word_document

        return word_document.read(data, limits, on_progress)
    if kind is AttachmentKind.HTML:
        from app.attachments import web_page

        return web_page.read(data)
    if len(data) > limits.characters * WIDEST_CHARACTER:
        raise AttachmentTooLong
    return plain_text.decode(data)


class _Answers:
    """The way to the parent; nothing else in this process writes there."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._percent = 0

    def progress(self, fraction: float) -> None:
        """Tells how far it is, each percent once."""
        percent = int(fraction * 100)
        if percent != self._percent:
            self._percent = percent
            self({"progress": percent / 100})

    def __call__(self, answer: dict[str, Any]) -> None:
        self._out.write(json.dumps(answer, ensure_ascii=True).encode("ascii") + b"\n")
        self._out.flush()


if __name__ == "__main__":
    main()
