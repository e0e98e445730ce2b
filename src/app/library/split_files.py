"""Split models: the files that ``llama-gguf-split`` makes of one model, and whether all of them are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: ``LLAMA_SPLIT_PATH`` of llama.cpp 0c1e57098, ``src/llama.cpp``: "%s-%05d-of-%05d.gguf".
_PART: Final = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
MOST_PARTS: Final = 1000


def parts_of(path: Path) -> tuple[Path, ...]:
    """Returns the paths of every part of the model that ``path`` is a part of, there or not; none where it is whole."""
    found = _PART.fullmatch(path.name)
    count = int(found["count"]) if found else 0
    if found is None or not 1 <= int(found["number"]) <= count <= MOST_PARTS:
        return ()
    ending = path.suffix
    return tuple(path.with_name(f"{found['stem']}-{number:05}-of-{count:05}{ending}") for number in range(1, count + 1))


def stem_of(path: Path) -> str:
    """Returns the name of a model file without its ending and without the number of its part."""
    found = _PART.fullmatch(path.name)
    return found["stem"] if found else path.stem


def whole_models(paths: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Returns the models among ``paths``, each as its files in order; a set with a part missing is left out."""
    listed = list(dict.fromkeys(paths))
    known = set(listed)
    models: list[tuple[Path, ...]] = []
    for path in listed:
        parts = parts_of(path) or (path,)
        if path == parts[0] and known.issuperset(parts):
            models.append(parts)
    return models
