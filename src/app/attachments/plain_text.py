"""Bytes as text: which encoding it is, or that it is no text at all."""

from __future__ import annotations

import codecs
import re
from typing import Final

from app.domain.errors import AttachmentEncoding, AttachmentUnsupported

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_PAIRS: Final = re.compile(rb"(?:[\xa1-\xa3\xb0-\xd7][\xa1-\xfe])+")
"""Punctuation and the 3,755 usual characters of GB 2312; the letters of Cyrillic encodings mostly lie above them."""
_CONTROLS: Final = re.compile("[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_PROBE: Final = 65_536
_LIKELY: Final = 0.9
_RARE: Final = 0.3
_LONGEST_RUN: Final = 1.5
"""Letters beyond ASCII that stand together in a Western text, on average: ``’é`` is one of few such pairs."""


def decode(data: bytes) -> str:
    """Returns ``data`` as text with ``\\n`` for each end of line.

    A byte order mark says what it is; without one it is UTF-8, GB18030 where nearly all of it is pairs as Chinese has
    them, or Windows-1252 where only single letters stand out. Raises AttachmentUnsupported where it is no text and
    AttachmentEncoding where the encoding cannot be told.
    """
    text = _decoded(data)
    controls = len(_CONTROLS.findall(text, 0, _PROBE))
    if controls * 500 > min(len(text), _PROBE):
        raise AttachmentUnsupported
    return _CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise AttachmentEncoding from error
    if b"\0" in data[:_PROBE]:
        raise AttachmentUnsupported
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _in_an_older_encoding(data)


def _in_an_older_encoding(data: bytes) -> str:
    probe = data[:_PROBE]
    runs = _HIGH.findall(probe)
    high = sum(map(len, runs))
    pairs = sum(map(len, _PAIRS.findall(probe)))
    try:
        if high and pairs >= _LIKELY * high:
            return data.decode("gb18030")
        if high <= min(_RARE * len(probe), _LONGEST_RUN * len(runs)):
            return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise AttachmentEncoding from error
    if len(_CONTROLS.findall(probe.decode("latin-1"))) * 500 > len(probe):
        raise AttachmentUnsupported
    raise AttachmentEncoding
