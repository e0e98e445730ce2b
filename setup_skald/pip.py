"""Calls the environment's pip: it honours the index, proxy and certificates that the person has set up for pip."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host

SETTINGS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
"""pip as set-up needs it, whatever the person's own habits."""

STEP = re.compile(r"^(Downloading|Installing|Building|Uninstalling|Using cached)\b.*")
NETWORK = (
    "If it could not reach the package index, see to the network or to pip's settings; then run this command again."
)

HASHED = ("--require-hashes",)


class Pip:
    """One environment's pip; each call shows at the terminal what it is at."""

    def __init__(self, host: Host, console: Console, python: Path) -> None:
        self._host = host
        self._console = console
        self._python = python

    def install_pinned(self, requirements: Path, into: Path | None = None) -> None:
        """Installs a hash-pinned file, wheels only; into the folder ``into`` instead of the environment if given."""
        target = ("--target", str(into)) if into else ()
        self.call(["install", *HASHED, "--only-binary", ":all:", *target, "-r", str(requirements)])

    def install_wheel(self, wheel: Path) -> None:
        """Installs a wheel built here, over whatever build of it is there."""
        self.call(["install", "--no-deps", "--no-index", "--force-reinstall", str(wheel)])

    def install_editable(self, project: Path, build_tools: Path) -> None:
        """Installs the project in place, built by the back end in the folder ``build_tools``."""
        self.call(
            ["install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(project)],
            {"PYTHONPATH": str(build_tools)},
        )

    def call(self, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Runs pip. Raises SetupError with its last lines when it fails."""
        command = [str(self._python), "-m", "pip", *arguments]
        try:
            self._host.follow(command, self._show, environment={**SETTINGS, **(environment or {})})
        except SetupError as error:
            raise SetupError(error.text, NETWORK) from error

    def _show(self, line: str) -> None:
        step = STEP.match(line.strip())
        if step:
            self._console.progress(f"  {step.group()}")
