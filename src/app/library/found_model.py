"""A model as it lies in a folder of this machine, before its header is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

BUNDLED, IMPORTED, MOVED, DOWNLOADED, IN_PLACE = "bundled", "imported", "moved", "downloaded", "file"
HUGGINGFACE, LM_STUDIO, OLLAMA, JAN, GPT4ALL = "huggingface", "lm_studio", "ollama", "jan", "gpt4all"
#: What a person brought in: it stands in the database.
BROUGHT_IN: Final = (IMPORTED, MOVED)
#: What belongs to other programs: read, never written, moved or deleted.
OTHER_PROGRAMS: Final = (HUGGINGFACE, LM_STUDIO, OLLAMA, JAN, GPT4ALL)


@dataclass(frozen=True)
class FoundModel:
    """``name`` is what its store calls it, ``parts`` all files of a split model (the first one is ``path``).

    ``sha256`` is known only where the store names its files by it.
    """

    name: str
    path: Path
    source: str
    parts: tuple[Path, ...] = ()
    sha256: str = ""
    repository: str = ""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of it, the one that llama.cpp opens first."""
        return self.parts or (self.path,)
