"""Proves that a folder of libraries is whole and loads where it lies, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from setup_skald.failure import SetupError
from setup_skald.host import Host

from engine_libraries import device_list
from engine_libraries.back_ends import BackEnd

NEEDED = ("llama", "llama-common", "ggml", "ggml-base", "ggml-cpu")
"""The libraries of every build, of the last one at least one variant."""


def bare_name(library: Path) -> str:
    """Returns ``ggml-cpu`` for ``libggml-cpu.so`` and ``ggml-cpu.dll``."""
    return library.stem.removeprefix("lib")


def of_folder(host: Host, back_end: BackEnd, folder: Path) -> tuple[str, ...]:
    """Returns the names of the devices that ggml lists with these libraries on this machine.

    A GPU is not among them where this machine or its driver has none. Raises SetupError where a library is missing or
    llama.cpp does not load.
    """
    names = {bare_name(library) for library in folder.iterdir()}
    wanted = {*NEEDED, back_end.library}
    lacking = sorted(name for name in wanted if not any(_is_library(found, name) for found in names))
    if lacking:
        raise SetupError(f"The build left out {', '.join(lacking)}.", "The log tells more.")
    answer = host.ask([sys.executable, device_list.__file__, str(folder)])
    if answer.code:
        raise SetupError(f"The libraries do not load:\n{answer.output}")
    return tuple(json.loads(answer.output.splitlines()[-1]))


def _is_library(found: str, wanted: str) -> bool:
    """Whether a library is the wanted one or, of the processor's, one of its variants."""
    return found == wanted or (wanted == "ggml-cpu" and found.startswith("ggml-cpu-"))
