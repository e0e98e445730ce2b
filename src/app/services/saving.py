"""Saves a piece of a reply as a file that the person names: whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from app.domain.errors import FileNotSaved

DEFAULT_NAME: Final = "code.txt"
_SUFFIX: Final = re.compile(r"\*(\.[A-Za-z0-9+_-]+)")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


def file_name(language: str) -> str:
    """Returns a name for code in ``language``, as a reply calls it: ``code.py``, ``Dockerfile``; else DEFAULT_NAME."""
    from pygments.lexers import get_all_lexers  # late: nobody has saved anything at start

    patterns = next((found for _, aliases, found, _ in get_all_lexers(plugins=False) if language in aliases), ())
    for pattern in patterns:
        if suffix := _SUFFIX.fullmatch(pattern):
            return f"code{suffix[1]}"
        if _NAME.fullmatch(pattern):
            return str(pattern)
    return DEFAULT_NAME


def save_text(path: Path, text: str) -> None:
    """Writes ``text`` in UTF-8, with a line end at its end; what was there before stays if that fails.

    Raises FileNotSaved.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    content = text if text.endswith("\n") or not text else f"{text}\n"
    try:
        try:
            with unfinished.open("x", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise FileNotSaved(path=path, reason=error.strerror or error) from error
