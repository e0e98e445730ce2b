"""Makes `.venv` and keeps in it exactly what the pinned files name, and this project itself."""

from __future__ import annotations

import tempfile
from pathlib import Path

from setup_skald import stamp
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.pip import Pip
from setup_skald.places import Places

OLDEST, NEWEST = (3, 11), (3, 14)


class Environment:
    """The virtual environment of this checkout."""

    def __init__(self, host: Host, console: Console, places: Places, base_python: str) -> None:
        self._host = host
        self._console = console
        self._places = places
        self._base_python = base_python
        self.pip = Pip(host, console, places.python)

    def make(self) -> None:
        """Makes the environment where there is none, or none that works; an existing one is kept and given pip."""
        if not self._is_usable():
            self._console.say(f"Making the environment {self._places.environment}.")
            self._demand([self._base_python, "-m", "venv", "--clear", str(self._places.environment)])
        elif self._host.ask([str(self._places.python), "-m", "pip", "--version"]).code:
            self._demand([str(self._places.python), "-m", "ensurepip", "--upgrade"])

    def install(self, name: str) -> None:
        """Installs the hash-pinned file ``name``."""
        self._console.say(f"Installing the {name} packages, checked against their hashes.")
        self.pip.install_pinned(self._places.requirements(name))

    def link_project(self) -> None:
        """Installs the project in place, so that `skald` is a command of the environment."""
        with tempfile.TemporaryDirectory(prefix="skald-setup-") as folder:
            tools = Path(folder)
            self.pip.install_pinned(self._places.requirements("build"), into=tools)
            self.pip.install_editable(self._places.root, tools)

    def _is_usable(self) -> bool:
        """Whether its Python starts, is the one it was made with, and one that the pinned files are for."""
        made_with = stamp.interpreter(self._places)
        answer = self._host.ask([str(self._places.python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        version = answer.output.strip()
        if not made_with or answer.code or not made_with.startswith(f"{version}."):
            return False
        return OLDEST <= tuple(map(int, version.split("."))) <= NEWEST

    def _demand(self, command: list[str]) -> None:
        answer = self._host.ask(command)
        if answer.code:
            raise SetupError(
                f"`{' '.join(command)}` failed:\n{answer.output}", "Put that right, then run this command again."
            )
