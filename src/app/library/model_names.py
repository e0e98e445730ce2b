"""What a model from a repository is called: ``owner/name:QUANT``, as llama.cpp, Ollama and the Hub have it."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import PurePath
from typing import Final

_QUANT: Final = re.compile(
    r"[-._](?P<quant>(?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|T?Q\d_\d|BF16|FP?16|FP?32|MXFP4(?:_MOE)?|NVFP4))", re.IGNORECASE
)


def quantization_label(stem: str) -> str:
    """Returns the quantization at the end of a file's name, upper case, empty where there is none."""
    found = _at_end(stem)
    return found["quant"].upper() if found else ""


def repository_model_name(repository: str, file: PurePath, stem: str) -> str:
    """Returns the name of the model in ``file`` (its path in the repository; ``stem`` is its name without endings).

    It depends on this one file alone, so that it stays when others come and go.
    """
    label, base = quantization_label(stem), stem
    found = _at_end(stem)
    if found:
        base = stem[: found.start()]
    name = re.sub(r"[-_.]gguf$", "", repository.rpartition("/")[2], flags=re.IGNORECASE)
    if label and _plain(base) == _plain(name):
        return f"{repository}:{label}"
    return f"{repository}/{file.as_posix()}"


def unique_name(name: str, source: str, taken: Container[str]) -> str:
    """Returns ``name``, or where it is taken the name with its source, and a number as the last resort."""
    if name not in taken:
        return name
    candidate, number = f"{name}@{source}", 2
    while candidate in taken:
        candidate, number = f"{name}@{source}-{number}", number + 1
    return candidate


def _at_end(stem: str) -> re.Match[str] | None:
    return next((found for found in _QUANT.finditer(stem) if found.end() == len(stem)), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
