"""The use cases of export and import: conversations into a file or a folder, and files of any known program in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import ExportFailed
from app.domain.messages import ArchivedConversation
from app.exchange import html_page, markdown, own_lines, reading
from app.storage.archive import Adoption, ConversationArchive
from app.storage.database import microseconds

Progress = Callable[[int, int], None]
"""Is told how many of how many conversations or files are done."""

LONGEST_NAME: Final = 60
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


@dataclass(frozen=True)
class Format:
    """A format of export. ``is_one_file`` tells whether several conversations go into one file, else a file each."""

    name: str
    write: Callable[[ArchivedConversation], str | bytes]
    is_one_file: bool = False


FORMATS: Final = {
    "jsonl": Format("jsonl", own_lines.line, is_one_file=True),
    "md": Format("md", markdown.document),
    "html": Format("html", html_page.document),
}
"""The formats that are text. The window has PDF besides."""


def no_progress(_done: int, _total: int) -> None:
    """Tells nobody."""


class Exchanging:
    """Export and import with one database."""

    def __init__(self, archive: ConversationArchive) -> None:
        self._archive = archive

    def all_ids(self) -> list[str]:
        """Returns the ids of all conversations, the oldest first."""
        return self._archive.ids()

    def archived(self, ids: Sequence[str], progress: Progress = no_progress) -> Iterator[ArchivedConversation]:
        """Gives conversations, one at a time in memory. Raises ConversationNotFound."""
        for number, conversation_id in enumerate(ids, 1):
            yield self._archive.read(conversation_id)
            progress(number, len(ids))

    def export(self, ids: Sequence[str], kind: Format, target: Path, progress: Progress = no_progress) -> int:
        """Writes conversations to the file ``target``, or a file each into the folder ``target``; returns how many.

        A file gets its name when it is whole. Raises ConversationNotFound, ExportFailed.
        """
        found = self.archived(ids, progress)
        if kind.is_one_file or (len(ids) == 1 and not target.is_dir()):
            write_whole(target, map(kind.write, found))
        else:
            for archived in found:
                write_whole(target / file_name(archived, kind.name), [kind.write(archived)])
        return len(ids)

    def take_in(self, paths: Sequence[Path], progress: Progress = no_progress) -> Adoption:
        """Imports files and folders: all of them or, where one is bad, none.

        Raises ImportBad, ImportUnreadable and what the store raises.
        """
        found: list[ArchivedConversation] = []
        for number, path in enumerate(paths, 1):
            found += reading.read(path)
            progress(number, len(paths))
        return self._archive.adopt(found)

    def undo(self, adoption: Adoption) -> None:
        """Takes an import back."""
        self._archive.undo(adoption, microseconds(datetime.now(UTC)))


def file_name(archived: ArchivedConversation, ending: str) -> str:
    """Returns a name for a conversation's file that every system takes."""
    return f"{safe_name(archived.conversation.title)} {archived.conversation.id[:8]}.{ending}".strip()


def safe_name(title: str) -> str:
    """Returns a title without what names of files may not have."""
    return _NOT_IN_NAMES.sub(" ", title).strip(" .")[:LONGEST_NAME].strip(" .")


def write_whole(target: Path, pieces: Iterable[str | bytes]) -> None:
    """Writes a file under an unfinished name, then gives it its own. Raises ExportFailed."""
    unfinished = target.with_name(f"{target.name}.part-{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("wb") as stream:
                for piece in pieces:
                    stream.write(piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
            os.replace(unfinished, target)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise ExportFailed(path=target, reason=getattr(error, "strerror", None) or error) from error


def counts_text(adoption: Adoption) -> str:
    """Returns what an import brought, for a person."""
    counts = {
        "import.added": len(adoption.added),
        "import.restored": len(adoption.restored),
        "import.messages": len(adoption.messages),
        "import.unchanged": adoption.unchanged,
    }
    return " ".join(i18n.text(key, count=count) for key, count in counts.items() if count)
