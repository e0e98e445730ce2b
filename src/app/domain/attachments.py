"""A file that a person adds to a message, as text, and how the model reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_TICKS = re.compile(r"`{3,}")


class AttachmentKind(StrEnum):
    """What a file was before it became text."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CODE = "code"
    CSV = "csv"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True)
class AttachmentPart:
    """A file as text. ``size`` (bytes) and ``sha256`` are those of the file, not of the text.

    ``language`` names the language of code as Markdown's fences do. ``tokens`` is what it takes in the prompt of the
    model it was attached for, 0 where that was not measured.
    """

    name: str
    text: str
    kind: AttachmentKind = AttachmentKind.TEXT
    language: str = ""
    size: int = 0
    sha256: str = ""
    tokens: int = 0

    @property
    def framed(self) -> str:
        """The text as the model reads it: under the file's name, in a fence that the text cannot close."""
        fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(self.text)), default=0))
        name = " ".join(self.name.split())
        return f"File: {name}\n{fence}{self.language}\n{self.text.rstrip()}\n{fence}"
