"""Presets and snippets as one JSON file, to take along and to share."""

from __future__ import annotations

import itertools
import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from app import i18n
from app.domain.errors import PresetFileBad, PresetFileNewer
from app.domain.presets import LONGEST_NAME, MOST_KEPT, Preset, Snippet, preset_from, snippet_from, values_of
from app.library.disk_errors import translated
from app.storage.presets import PresetStore

FORMAT: Final = "skald-presets"
VERSION: Final = 1
LARGEST_FILE: Final = 16 * 1024 * 1024
"""Bytes. Hundreds of long prompts are less than a megabyte."""

Entry = TypeVar("Entry", Preset, Snippet)


@dataclass(frozen=True)
class Imported:
    """How many presets and snippets an import added; those that were there already are not counted."""

    presets: int
    snippets: int


def write_presets(store: PresetStore, path: Path) -> None:
    """Writes a person's presets and snippets; the file is replaced as a whole. Raises DiskFull, FolderNotWritable."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "presets": [values_of(preset) for preset in store.presets()],
        "snippets": [values_of(snippet) for snippet in store.snippets()],
    }
    unfinished = path.with_name(f"{path.name}.part-{os.getpid()}")
    with translated(path):
        unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        os.replace(unfinished, path)


def read_presets(store: PresetStore, path: Path) -> Imported:
    """Adds what a file holds, all or nothing; what is there already is not added again.

    One of another content gets a name of its own, like "Poet (2)". Raises PresetFileBad, PresetFileNewer.
    """
    content = _content(path)
    presets = list(_entries(path, content, "presets", preset_from))
    snippets = list(_entries(path, content, "snippets", snippet_from))
    fresh_presets, fresh_snippets = _fresh(presets, store.presets()), _fresh(snippets, store.snippets())
    store.keep(*fresh_presets, *fresh_snippets)
    return Imported(len(fresh_presets), len(fresh_snippets))


def _content(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise PresetFileBad(path=path, reason=i18n.text("presets.file_too_large", size=i18n.size(LARGEST_FILE)))
        content = json.loads(data)
    except OSError as error:
        raise PresetFileBad(path=path, reason=error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise PresetFileBad(path=path, reason=i18n.text("presets.file_no_json", reason=error)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or type(content.get("version")) is not int:
        raise PresetFileBad(path=path, reason=i18n.text("presets.file_other"))
    if content["version"] > VERSION:
        raise PresetFileNewer(path=path)
    return content


def _entries(
    path: Path, content: dict[str, Any], kind: str, read: Callable[[str, Mapping[str, Any]], Entry | None]
) -> Iterable[Entry]:
    found = content.get(kind, [])
    if not isinstance(found, list) or len(found) > MOST_KEPT:
        raise PresetFileBad(path=path, reason=i18n.text("presets.file_list", place=f"/{kind}", most=MOST_KEPT))
    for at, values in enumerate(found):
        entry = read(uuid.uuid4().hex, values) if isinstance(values, dict) else None
        if entry is None:
            raise PresetFileBad(path=path, reason=i18n.text("presets.file_entry", place=f"/{kind}/{at}"))
        yield entry


def _fresh(entries: Iterable[Entry], known: Iterable[Entry]) -> list[Entry]:
    """Returns the entries that are not known, each under a name that is free."""
    taken = {entry.name.casefold(): entry for entry in known}
    fresh = []
    for entry in entries:
        for number in itertools.count(1):
            ending = f" ({number})" if number > 1 else ""
            named = replace(entry, name=entry.name[: LONGEST_NAME - len(ending)].rstrip() + ending)
            there = taken.get(named.name.casefold())
            if there is None:
                taken[named.name.casefold()] = named
                fresh.append(named)
            if there is None or replace(there, id="", name="") == replace(entry, id="", name=""):
                break
    return fresh
