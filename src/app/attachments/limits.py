"""What reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """``size``: bytes of the file; ``characters``: of its text; ``unpacked``: bytes that one entry of an archive may
    unpack to; ``elements``: of XML in it; ``memory``: bytes of the child process; ``seconds``: from its start to its
    end.
    """

    size: int = 64_000_000
    characters: int = 1_000_000
    unpacked: int = 64_000_000
    elements: int = 2_000_000
    memory: int = 1_000_000_000
    seconds: float = 60.0
