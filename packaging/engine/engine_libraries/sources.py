"""Brings llama.cpp's source: it lies in the hash-pinned source distribution of llama-cpp-python."""

from __future__ import annotations

from pathlib import Path

from setup_skald.engine_wheel import PACKAGE
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.pip import HASHED, Pip
from setup_skald.places import Places

from engine_libraries.tools import Tools


def fetch(host: Host, pip: Pip, places: Places, tools: Tools, folder: Path) -> Path:
    """Downloads the source distribution into ``folder``, unpacks it, and returns llama.cpp's folder in it.

    Raises SetupError.
    """
    pip.call(
        [
            *("download", *HASHED, "--no-deps", "--no-build-isolation", "--no-binary", PACKAGE),
            *("--dest", str(folder), "-r", str(places.requirements("engine"))),
        ],
        tools.environment,
    )
    archive = next(folder.glob("*.tar.gz"), None)
    if archive is None:
        raise SetupError(f"pip brought no source distribution of {PACKAGE}.", "Run this command again.")
    unpack = [tools.cmake, "-E", "chdir", str(folder), tools.cmake, "-E", "tar", "xzf", str(archive)]
    host.follow(unpack, lambda _: None, environment=tools.environment)
    found = next(folder.glob("*/vendor/llama.cpp/CMakeLists.txt"), None)
    if found is None:
        raise SetupError(f"{archive.name} holds no llama.cpp.")
    return found.parent
