"""A PDF as text, page by page, with pypdf: the one file that imports it."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from app.domain.errors import AttachmentDamaged, AttachmentLocked, AttachmentTooLong, AttachmentWithoutText


def read(data: bytes, characters: int, on_progress: Callable[[float], None]) -> str:
    """Returns the text with a mark before each page that has some; ``characters`` is the most that is taken.

    Raises AttachmentLocked, AttachmentWithoutText, AttachmentTooLong, AttachmentDamaged.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _pages(_opened(data), characters, on_progress)
    except (DependencyError, FileNotDecryptedError) as error:
        raise AttachmentLocked from error
    except PyPdfError as error:
        raise AttachmentDamaged(reason=type(error).__name__) from error


def _opened(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise AttachmentLocked
    return reader


def _pages(reader: PdfReader, characters: int, on_progress: Callable[[float], None]) -> str:
    pieces: list[str] = []
    taken, total = 0, len(reader.pages)
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text().strip()
        if text:
            pieces.append(f"[Page {number}]\n{text}")
            taken += len(pieces[-1])
        if taken > characters:
            raise AttachmentTooLong
        on_progress(number / total)
    if not pieces:
        raise AttachmentWithoutText
    return "\n\n".join(pieces)
