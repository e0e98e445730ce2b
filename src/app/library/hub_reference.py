"""Understands how a person names a model on the Hub: a repository, one of its variants, or one of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 512
#: As ``validate_repo_id`` of huggingface_hub has it: letters, digits, ``-_.``, at most 96, no mark at either end.
_NAME: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?"
_REFERENCE: Final = re.compile(rf"({_NAME})/({_NAME})(?::(.+)|/(.+))?")


@dataclass(frozen=True)
class HubReference:
    """``repository`` is ``owner/name``; at most one of ``variant`` and ``file`` (a path in it) is given."""

    repository: str
    variant: str | None = None
    file: str | None = None


def parse_reference(text: str) -> HubReference | None:
    """Returns what ``owner/repo``, ``owner/repo:QUANT`` or ``owner/repo/path/file.gguf`` names; None for other texts.

    A relative path such as ``models/a.gguf`` looks the same as a repository: look for a file on disk first.
    """
    found = _REFERENCE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        return None
    owner, name, variant, file = found.groups()
    if not is_repository(f"{owner}/{name}"):
        return None
    if variant is not None and (not is_safe(variant) or ":" in variant):
        return None
    if file is not None and not (is_safe(file) and file.lower().endswith(".gguf")):
        return None
    return HubReference(f"{owner}/{name}", variant, file)


def is_repository(text: str) -> bool:
    """Tells whether ``text`` is an ``owner/name`` that the Hub could have."""
    is_formed = re.fullmatch(f"{_NAME}/{_NAME}", text) is not None
    return is_formed and "--" not in text and ".." not in text and not text.endswith(".git")


def is_safe(path: str) -> bool:
    """Tells whether a path stays inside its repository."""
    parts = path.split("/")
    return path.isprintable() and "\\" not in path and not {"", ".", ".."} & {part.strip() for part in parts}
