"""A Word document as Markdown: paragraphs, headings, lists and tables (ECMA-376, WordprocessingML)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from app.attachments.limits import Limits
from app.attachments.word_text import WordText
from app.domain.errors import (
    AttachmentDamaged,
    AttachmentTooHeavy,
    AttachmentUnsupported,
    AttachmentWithoutText,
)

BODY: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
MOST_ENTRIES: Final = 20_000
MOST_DEPTH: Final = 512
PIECE: Final = 65_536
_HEADING: Final = re.compile(r"heading ([1-6])$", re.IGNORECASE)


def read(data: bytes, limits: Limits, on_progress: Callable[[float], None]) -> str:
    """Returns the text of a document.

    Raises AttachmentUnsupported where it is another kind of archive, AttachmentTooHeavy, AttachmentTooLong,
    AttachmentWithoutText, AttachmentDamaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if BODY not in names:
                raise AttachmentUnsupported
            if len(names) > MOST_ENTRIES:
                raise AttachmentTooHeavy
            styles = _Styles()
            if STYLES in names:
                _parse(archive, STYLES, limits, styles.start, styles.end, lambda _text: None, lambda _fraction: None)
            body = WordText(styles.levels, limits.characters)
            _parse(archive, BODY, limits, body.start, body.end, body.add, on_progress)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise AttachmentDamaged(reason=error) from error
    except RuntimeError as error:  # zipfile's word for an entry with a password
        raise AttachmentDamaged(reason=error) from error
    if not body.text:
        raise AttachmentWithoutText
    return body.text


def _parse(
    archive: zipfile.ZipFile,
    name: str,
    limits: Limits,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    add: Callable[[str], None],
    on_progress: Callable[[float], None],
) -> None:
    """Reads one entry piece by piece; whatever its header says of its size, no more than allowed is unpacked."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = elements = 0

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if elements > limits.elements:
            raise AttachmentTooHeavy
        if depth > MOST_DEPTH:
            raise AttachmentDamaged(reason="nested too deep")
        start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def close_element(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(tag))

    def refuse_doctype(*_: object) -> None:
        raise AttachmentDamaged(reason="a document type declaration")

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = add
    expected, done = max(1, archive.getinfo(name).file_size), 0
    try:
        with archive.open(name) as entry:
            while piece := entry.read(PIECE):
                done += len(piece)
                if done > limits.unpacked:
                    raise AttachmentTooHeavy
                parser.Parse(piece, False)
                on_progress(min(1.0, done / expected))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise AttachmentDamaged(reason=error) from error


def _local(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


class _Styles:
    """Which paragraph styles are headings, by id: ids are in the language of the program that wrote the file."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}
        self._id = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            self._id = attributes.get("styleId", "")
        elif tag == "name" and self._id and (found := _HEADING.match(attributes.get("val", ""))):
            self.levels[self._id] = int(found.group(1))

    def end(self, tag: str) -> None:
        if tag == "style":
            self._id = ""
