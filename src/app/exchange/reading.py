"""Finds out which program wrote a file or folder, and reads its conversations."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app import i18n
from app.domain.errors import ImportBad, ImportUnreadable
from app.domain.messages import ArchivedConversation
from app.exchange import chatgpt, jan, llama_ui, lm_studio, open_webui, own_lines
from app.exchange.bounded_json import LARGEST_FILE, BadData, lines, parsed
from app.exchange.foreign import ForeignConversation, adopted

MOST_FILES: Final = 100_000
"""Files of one folder or archive that are looked at."""

_THREAD: Final = "thread.json"
_MESSAGES: Final = "messages.jsonl"
_ZIP: Final = b"PK\x03\x04"
_BOM: Final = b"\xef\xbb\xbf"
_ARCHIVE_ERRORS: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, ValueError)
"""What zipfile raises for an archive that is damaged, encrypted or packed in a way it does not know."""


def read(path: Path) -> list[ArchivedConversation]:
    """Returns the conversations of a file or folder, whichever program wrote it.

    Known: our own JSON Lines; ChatGPT's ``conversations.json`` or the archive around it; Open WebUI; LM Studio (a file
    or its folder); Jan (a thread's folder or all of them); llama.cpp's web UI (JSON Lines, JSON, or the archive).
    Raises ImportUnreadable, and ImportBad with the place where it is bad: then nothing of it is taken.
    """
    try:
        return _read_folder(path) if path.is_dir() else _read_file(path)
    except BadData as error:
        raise ImportBad(path=path, where=error.where, reason=error.reason) from error
    except (OSError, ValueError) as error:
        raise ImportUnreadable(path=path, reason=getattr(error, "strerror", None) or error) from error


def _read_file(path: Path) -> list[ArchivedConversation]:
    if path.name in (_THREAD, _MESSAGES) and path.with_name(_THREAD).is_file():
        return _ours([_jan_thread(path.parent)])
    with path.open("rb") as stream:
        is_archive = stream.read(len(_ZIP)) == _ZIP
    found = _read_archive(path) if is_archive else _read_content(_content(path), path.name)
    if not found:
        raise BadData(i18n.text("import.file"), i18n.text("import.nothing"))
    return found


def _read_folder(path: Path) -> list[ArchivedConversation]:
    found: list[ArchivedConversation] = []
    for entry in _files_below(path):
        if entry.name == _THREAD:
            found += _ours([_jan_thread(entry.parent)])
        elif _is_wanted(entry.name):
            found += _placed(_content(entry), entry.name)
    if not found:
        raise BadData(i18n.text("import.folder"), i18n.text("import.nothing"))
    return found


def _is_wanted(name: str) -> bool:
    is_lines = name.endswith(".jsonl") and name != _MESSAGES
    return is_lines or name == "conversations.json" or name.endswith(".conversation.json")


def _files_below(path: Path) -> Iterator[Path]:
    for number, entry in enumerate(sorted(path.rglob("*"))):
        if number >= MOST_FILES:
            raise BadData(i18n.text("import.folder"), i18n.text("import.too_many_files"))
        if entry.is_file() and not entry.is_symlink():
            yield entry


def _read_archive(path: Path) -> list[ArchivedConversation]:
    found: list[ArchivedConversation] = []
    for name, content in _archived(path):
        found += _placed(content, name)
    return found


def _archived(path: Path) -> Iterator[tuple[str, bytes]]:
    """Gives the files of an archive that may hold conversations. What comes out of it is bounded as a whole."""
    left = LARGEST_FILE
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise BadData("zip", i18n.text("import.too_many_files"))
            for entry in entries:
                if not _is_wanted(PurePosixPath(entry.filename).name):
                    continue
                with archive.open(entry) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise BadData(entry.filename, i18n.text("import.too_large"))
                yield entry.filename, content
    except _ARCHIVE_ERRORS as error:
        raise BadData("zip", i18n.text("import.archive_damaged", reason=str(error)[:200])) from error


def _placed(content: bytes, name: str) -> list[ArchivedConversation]:
    """Reads one file of several: what is bad is told with the file's name."""
    try:
        return _read_content(content, PurePosixPath(name).name)
    except BadData as error:
        raise BadData(f"{name}, {error.where}", error.reason) from error


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise BadData(path.name, i18n.text("import.too_large"))
    return path.read_bytes()


def _read_content(content: bytes, name: str) -> list[ArchivedConversation]:
    head, _, rest = content.removeprefix(_BOM).lstrip().partition(b"\n")
    try:
        opening = parsed(head)
    except BadData:
        opening = None  # the value goes on in the next line
    content = content.removeprefix(_BOM)
    if own_lines.is_like(opening):
        return [own_lines.read(value, place) for place, value in lines(content)]
    if llama_ui.is_like_line(opening):
        return _ours(llama_ui.read_lines(lines(content)))
    if jan.is_like_line(opening):
        raise BadData(name, i18n.text("import.thread_missing"))
    is_whole = opening is not None and not rest.strip()
    return _ours(_read_json(opening if is_whole else parsed(content), name))


def _read_json(value: Any, name: str) -> list[ForeignConversation]:
    if chatgpt.is_like(value):
        return chatgpt.read(value)
    if llama_ui.is_like(value):
        return llama_ui.read(value)
    if open_webui.is_like(value):
        return open_webui.read(value)
    if lm_studio.is_like(value):
        return [lm_studio.read(value, name)]
    raise BadData(i18n.text("import.file"), i18n.text("import.unknown_format"))


def _jan_thread(folder: Path) -> ForeignConversation:
    messages = folder / _MESSAGES
    content = _content(messages) if messages.is_file() else b""
    return jan.read(parsed(_content(folder / _THREAD), _THREAD), lines(content), folder.name)


def _ours(found: Iterable[ForeignConversation]) -> list[ArchivedConversation]:
    return [ours for ours in map(adopted, found) if ours is not None]
