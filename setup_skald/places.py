"""Names the folders and files that set-up reads and writes, so that no other file spells a path."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The project's folder and the person's cache folder, and everything below them."""

    root: Path
    cache: Path

    @property
    def environment(self) -> Path:
        """The virtual environment of this checkout."""
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        """Where the environment keeps its commands."""
        return self.environment / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def skald(self) -> Path:
        """The program's command."""
        return self.scripts / ("skald.exe" if os.name == "nt" else "skald")

    @property
    def stamp(self) -> Path:
        """What the environment was last set up from."""
        return self.environment / "skald-setup.json"

    @property
    def wheels(self) -> Path:
        """Engine wheels built on this machine, shared by all checkouts."""
        return self.cache / "wheels"

    def requirements(self, name: str) -> Path:
        """Returns the hash-pinned file `name`, for example ``"runtime"``."""
        return self.root / "requirements" / f"{name}.txt"


def user_cache() -> Path:
    """Returns the person's cache folder for Skald, the one that platformdirs names too."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "skald" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "skald"
    configured = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(configured) if configured.startswith("/") else home / ".cache") / "skald"


def default_places() -> Places:
    """Returns the places of the checkout that this file lies in."""
    return Places(root=Path(__file__).resolve().parent.parent, cache=user_cache())
