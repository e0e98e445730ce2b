"""Where programs keep their files on this system: the home folder, the environment, the platform's conventions."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: A folder to look in for other programs instead of the person's home; empty means to look nowhere.
OVERRIDE: Final = "SKALD_OTHER_PROGRAMS"


@dataclass(frozen=True)
class Surroundings:
    """``system`` is as `sys.platform` has it; ``root`` is where the system's own folders begin."""

    home: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    system: str = sys.platform
    root: Path = Path("/")

    @classmethod
    def here(cls) -> Surroundings | None:
        """Returns those of this process; None where it shall not look at other programs."""
        wanted = os.environ.get(OVERRIDE)
        if wanted is not None:
            return cls(Path(wanted), {}, sys.platform, Path(wanted)) if wanted else None
        try:
            return cls(Path.home(), dict(os.environ))
        except RuntimeError:  # no home folder can be told
            return None

    @property
    def data_folders(self) -> tuple[Path, ...]:
        """Where programs keep their data."""
        if self.system == "win32":
            return (self.folder("APPDATA", "AppData/Roaming"), self.folder("LOCALAPPDATA", "AppData/Local"))
        if self.system == "darwin":
            return (self.home / "Library" / "Application Support",)
        return tuple(dict.fromkeys((self.folder("XDG_DATA_HOME", ".local/share"), self.home / ".local" / "share")))

    @property
    def config_folders(self) -> tuple[Path, ...]:
        """Where programs keep their settings."""
        if self.system in ("win32", "darwin"):
            return self.data_folders
        return tuple(dict.fromkeys((self.folder("XDG_CONFIG_HOME", ".config"), self.home / ".config")))

    def folder(self, variable: str, default: str) -> Path:
        """Returns the folder that an environment variable names, else ``default`` below the home folder."""
        named = self.path(self.variables.get(variable, ""))
        return named if named is not None else self.home / default

    def path(self, text: str) -> Path | None:
        """Returns an absolute path that another program wrote down, with its ``~`` resolved; None for anything else."""
        text = text.strip()
        if not text or "\0" in text:
            return None
        if text == "~" or text.startswith(("~/", "~\\")):
            return self.home / text[2:]
        path = Path(text)
        return path if path.is_absolute() else None
