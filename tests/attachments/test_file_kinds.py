"""What a file is: its content goes before its name."""

from __future__ import annotations

import pytest

from app.attachments.file_kinds import FileKind, kind_of
from app.domain.attachments import AttachmentKind
from app.domain.errors import AttachmentImage, AttachmentUnsupported


@pytest.mark.parametrize(
    ("name", "head", "kind", "language"),
    [
        ("a.txt", b"%PDF-1.7", AttachmentKind.PDF, ""),
        ("a.pdf", b"PK\x03\x04", AttachmentKind.DOCX, ""),
        ("a.txt", b"\xef\xbb\xbf<!DOCTYPE html>", AttachmentKind.HTML, ""),
        ("a", b'<?xml version="1.0"?>\n<html xmlns="x">', AttachmentKind.HTML, ""),
        ("a.HTM", b"<p>", AttachmentKind.HTML, ""),
        ("README.md", b"# A", AttachmentKind.MARKDOWN, "markdown"),
        ("a.csv", b"a,b", AttachmentKind.CSV, "csv"),
        ("a.py", b"import", AttachmentKind.CODE, "python"),
        ("Makefile", b"all:", AttachmentKind.CODE, "makefile"),
        ("CMakeLists.txt", b"project(x)", AttachmentKind.CODE, "cmake"),
        ("run", b"#!/usr/bin/env python3\n", AttachmentKind.CODE, "python"),
        ("run", b"#!/bin/sh\n", AttachmentKind.CODE, "bash"),
        ("notes", b"hello", AttachmentKind.TEXT, ""),
        ("notes.log", b"MZ is a country code", AttachmentKind.TEXT, ""),
    ],
)
def test_kinds(name: str, head: bytes, kind: AttachmentKind, language: str) -> None:
    assert kind_of(name, head) == FileKind(kind, language)


@pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF\0\0\0\0WEBP"])
def test_pictures_are_told_from_other_files_whatever_their_name(head: bytes) -> None:
    with pytest.raises(AttachmentImage):
        kind_of("a.txt", head)


@pytest.mark.parametrize("head", [b"GGUF\3\0", b"\x7fELF", b"\x1f\x8b\x08", b"{\\rtf1", b"\xd0\xcf\x11\xe0\xa1"])
def test_other_kinds_are_refused(head: bytes) -> None:
    with pytest.raises(AttachmentUnsupported):
        kind_of("a.txt", head)
