"""Where Skald writes: the platform's own folders, or all below one folder that the person names."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

APP_NAME = "skald"


@dataclass(frozen=True)
class Paths:
    """The four folders: ``config`` (settings), ``data`` (database, model files), ``state`` (logs), ``cache``."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @property
    def database(self) -> Path:
        """The SQLite file with every conversation."""
        return self.data / "skald.sqlite3"

    @property
    def backups(self) -> Path:
        """The folder of the copies of the database."""
        return self.data / "backups"

    @property
    def settings(self) -> Path:
        """The settings as JSON."""
        return self.config / "settings.json"

    @property
    def models(self) -> Path:
        """The folder of the model files that Skald keeps itself."""
        return self.data / "models"

    @property
    def hub_cache(self) -> Path:
        """The cache of the Hub that downloads go to unless a shared one is chosen."""
        return self.models / "hub"

    @property
    def requests(self) -> Path:
        """The list of every request that was made."""
        return self.state / "requests.jsonl"

    @property
    def states(self) -> Path:
        """The folder of the KV states, from which conversations go on after a restart."""
        return self.cache / "states"

    @property
    def instance(self) -> Path:
        """The mark of the window that is open, which listens for a second start."""
        return self.state / "window"

    @property
    def loads(self) -> Path:
        """The folder of the marks of loads that are under way or ended badly."""
        return self.state / "loads"

    @property
    def tunings(self) -> Path:
        """What was measured of models' speed on this machine."""
        return self.cache / "tunings.json"

    @property
    def logs(self) -> Path:
        """The folder of log files."""
        return self.state / "logs"


def find(data_dir: str | None = None) -> Paths:
    """Returns the folders in use.

    They are below ``data_dir``, else ``SKALD_HOME``, else beside a file ``portable``, else the platform's own.
    """
    home = data_dir or os.environ.get("SKALD_HOME") or _portable_home()
    if home:
        root = Path(home).expanduser().resolve()
        return Paths(config=root / "config", data=root / "data", state=root / "state", cache=root / "cache")
    import platformdirs  # late: not needed where the person names the folder

    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def _portable_home() -> str | None:
    program = Path(sys.executable if getattr(sys, "frozen", False) else sys.argv[0]).resolve().parent
    return str(program / "skald-data") if (program / "portable").is_file() else None
