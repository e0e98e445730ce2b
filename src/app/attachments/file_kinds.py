"""What a file is, by its first bytes, and by its name only where those say no more than that it is text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from app.domain.attachments import AttachmentKind
from app.domain.errors import AttachmentImage, AttachmentUnsupported

HEAD: Final = 4096

_IMAGES: Final = re.compile(
    rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*|....ftyp(?:hei[cx]|mif1|avif)",
    re.DOTALL,
)
_OTHERS: Final = (
    b"GGUF", b"\x7fELF", b"MZ\x90", b"\x1f\x8b", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!\x1a", b"\xd0\xcf\x11\xe0",
    b"SQLite format", b"{\\rtf", b"%!PS",
)  # fmt: skip
_PAGE: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)[\s>]", re.I | re.S
)
_LANGUAGES: Final = {
    language: suffixes.split()
    for language, suffixes in {
        "bash": "sh bash zsh ksh",
        "bat": "bat cmd",
        "c": "c h",
        "clojure": "clj cljs edn",
        "cmake": "cmake",
        "cpp": "cc cpp cxx hh hpp hxx",
        "csharp": "cs",
        "css": "css scss less",
        "dart": "dart",
        "diff": "diff patch",
        "elixir": "ex exs",
        "erlang": "erl hrl",
        "fortran": "f f90 f95",
        "go": "go",
        "graphql": "graphql gql",
        "groovy": "groovy gradle",
        "haskell": "hs",
        "ini": "ini cfg conf properties env editorconfig",
        "java": "java",
        "javascript": "js mjs cjs jsx",
        "json": "json jsonl ndjson geojson ipynb",
        "julia": "jl",
        "kotlin": "kt kts",
        "latex": "tex sty bib",
        "lua": "lua",
        "makefile": "mk mak",
        "nix": "nix",
        "objectivec": "m mm",
        "perl": "pl pm",
        "php": "php",
        "powershell": "ps1 psm1",
        "proto": "proto",
        "python": "py pyi pyw",
        "qml": "qml",
        "r": "r",
        "ruby": "rb",
        "rust": "rs",
        "scala": "scala sc",
        "sql": "sql",
        "swift": "swift",
        "toml": "toml",
        "typescript": "ts tsx mts cts",
        "vue": "vue svelte",
        "xml": "xml xsd xsl svg plist",
        "yaml": "yaml yml",
        "zig": "zig",
    }.items()
}
_BY_SUFFIX: Final = {suffix: language for language, suffixes in _LANGUAGES.items() for suffix in suffixes}
_BY_NAME: Final = {"dockerfile": "dockerfile", "makefile": "makefile", "cmakelists.txt": "cmake", "gemfile": "ruby"}
_SHEBANG: Final = re.compile(rb"#![^\n]{0,100}?\b(python|bash|zsh|sh|node|ruby|perl|lua)[\d.]*\b")
_BY_SHELL: Final = {"sh": "bash", "zsh": "bash", "node": "javascript"}


@dataclass(frozen=True)
class FileKind:
    """A kind, and the language where it is code."""

    kind: AttachmentKind
    language: str = ""


def kind_of(name: str, head: bytes) -> FileKind:
    """Returns what the file ``name`` that begins with ``head`` is; an archive counts as DOCX until it is looked into.

    Raises AttachmentImage and AttachmentUnsupported.
    """
    if b"%PDF-" in head[:1024]:
        return FileKind(AttachmentKind.PDF)
    if head.startswith(b"PK\x03\x04"):
        return FileKind(AttachmentKind.DOCX)
    if _IMAGES.match(head):
        raise AttachmentImage
    if head.startswith(_OTHERS):
        raise AttachmentUnsupported
    return _kind_of_text(PurePath(name.lower()), head)


def _kind_of_text(name: PurePath, head: bytes) -> FileKind:
    suffix = name.suffix.lstrip(".")
    if suffix in ("html", "htm", "xhtml") or _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return FileKind(AttachmentKind.HTML)
    if suffix in ("md", "markdown", "mdx"):
        return FileKind(AttachmentKind.MARKDOWN, "markdown")
    if suffix in ("csv", "tsv"):
        return FileKind(AttachmentKind.CSV, suffix)
    language = _BY_NAME.get(name.name) or _BY_SUFFIX.get(suffix) or _by_shebang(head)
    return FileKind(AttachmentKind.CODE, language) if language else FileKind(AttachmentKind.TEXT)


def _by_shebang(head: bytes) -> str:
    found = _SHEBANG.match(head)
    shell = found.group(1).decode("ascii") if found else ""
    return _BY_SHELL.get(shell, shell)
