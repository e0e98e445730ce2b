"""CMake and ninja of the pinned versions, in a folder of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from setup_skald.pip import Pip
from setup_skald.places import Places


@dataclass(frozen=True)
class Tools:
    """The folder that `engine-build.txt` is installed into."""

    folder: Path

    @classmethod
    def install(cls, pip: Pip, places: Places, folder: Path) -> Tools:
        """Fills ``folder``. Raises SetupError."""
        pip.install_pinned(places.requirements("engine-build"), into=folder)
        return cls(folder)

    @property
    def cmake(self) -> str:
        """The command; it needs `environment`."""
        return str(self.folder / "bin" / "cmake")

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which the tools and their Python parts are found."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ.get("PATH", os.defpath)])
        return {"PYTHONPATH": str(self.folder), "PATH": path}
