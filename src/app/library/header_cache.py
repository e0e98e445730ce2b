"""Remembers what the headers of model files say, between calls and between runs, so that a list is quick.

The file is JSON in the cache folder: it may be lost, damaged or from another version at any time, and is then made
again. A header counts as known while size and modification time of its file are the same.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

VERSION: Final = 3
MOST_FILES: Final = 10_000
MOST_BYTES: Final = 32 << 20


@dataclass(frozen=True)
class HeaderSummary:
    """What a list shows of a header. ``problem`` is the key of the error where the file is no model to be used.

    ``samples`` is a hash of samples of the content, empty while nobody asked for it. ``sampling`` is what the header
    recommends, as JSON, empty where it recommends nothing.
    """

    architecture: str = ""
    quantization: str = ""
    parameters: int = 0
    context_length: int = 0
    licence: str = ""
    kind: str = ""
    problem: str = ""
    samples: str = ""
    sampling: str = ""


@dataclass(frozen=True)
class _Known:
    size: int
    modified_ns: int
    summary: HeaderSummary


class HeaderCache:
    """Summaries by path; may be used from any thread. Without a ``file`` it lives as long as the object."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, _Known] | None = None
        self._has_news = False

    def summary(self, path: Path, state: os.stat_result, read: Callable[[], HeaderSummary]) -> HeaderSummary:
        """Returns the summary of ``path``, whose state is ``state``; ``read`` makes it where it is not known."""
        with self._lock:
            known = self._loaded().get(str(path))
            if known is not None and (known.size, known.modified_ns) == (state.st_size, state.st_mtime_ns):
                return known.summary
        made = read()
        self._remember(path, state, made)
        return made

    def samples(self, path: Path, state: os.stat_result, read: Callable[[], str]) -> str:
        """Returns the hash of samples of ``path``, which has a summary; ``read`` makes it where it is not known."""
        with self._lock:
            known = self._loaded().get(str(path))
        if known is None or (known.size, known.modified_ns) != (state.st_size, state.st_mtime_ns):
            return read()
        if not known.summary.samples:
            made = replace(known.summary, samples=read())
            self._remember(path, state, made)
            return made.samples
        return known.summary.samples

    def save(self) -> None:
        """Writes what is new; harmless where it cannot be written."""
        with self._lock:
            if self._file is None or not self._has_news or self._known is None:
                return
            kept = list(self._known.items())[-MOST_FILES:]
            self._has_news = False
        content = json.dumps({"version": VERSION, "files": {path: _listed(known) for path, known in kept}})
        unfinished = self._file.with_name(f"{self._file.name}.part-{os.getpid()}-{threading.get_ident()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(content, encoding="utf-8", errors="surrogatepass")
            os.replace(unfinished, self._file)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _remember(self, path: Path, state: os.stat_result, summary: HeaderSummary) -> None:
        with self._lock:
            known = self._loaded()
            known.pop(str(path), None)  # the newest stand last
            known[str(path)] = _Known(state.st_size, state.st_mtime_ns, summary)
            self._has_news = True

    def _loaded(self) -> dict[str, _Known]:
        if self._known is None:
            self._known = _read(self._file) if self._file is not None else {}
        return self._known


def _listed(known: _Known) -> list[object]:
    said = {name: value for name, value in asdict(known.summary).items() if value}
    return [known.size, known.modified_ns, said]


def _read(file: Path) -> dict[str, _Known]:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            return {}
        found = json.loads(content.decode("utf-8", "surrogatepass"))
        if not isinstance(found, dict) or found.get("version") != VERSION:
            return {}
        entries = [(path, _parsed(value)) for path, value in found["files"].items()]
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        return {}
    return {path: known for path, known in entries[-MOST_FILES:] if known is not None}


_KINDS: Final = {name: type(value) for name, value in asdict(HeaderSummary()).items()}


def _parsed(value: Any) -> _Known | None:
    match value:
        case [int(size), int(modified_ns), dict(said)]:
            if all(name in _KINDS and type(value) is _KINDS[name] for name, value in said.items()):
                return _Known(size, modified_ns, HeaderSummary(**said))
    return None
