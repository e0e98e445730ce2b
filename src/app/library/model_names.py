"""What a model from a repository is called: ``owner/name:QUANT``, as llama.cpp, Ollama and the Hub have it."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import PurePath

from app.library.quantization_names import split_quantization


def quantization_label(stem: str) -> str:
    """Returns the quantization at the end of a file's name, upper case, empty where there is none."""
    return _split_at_end(stem)[1]


def repository_model_name(repository: str, file: PurePath, stem: str) -> str:
    """Returns the name of the model in ``file`` (its path in the repository; ``stem`` is its name without endings).

    It depends on this one file alone, so that it stays when others come and go.
    """
    base, label = _split_at_end(stem)
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


def _split_at_end(stem: str) -> tuple[str, str]:
    base, label = split_quantization(stem)
    written = re.sub(r"(?i)fp(16|32)$", r"f\1", stem)  # as the label has it
    return (base, label) if _plain(written) == _plain(base + label) else (stem, "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
