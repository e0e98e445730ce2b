"""All that `run.py test` and the pre-commit hooks check, in one list."""

from __future__ import annotations

from collections.abc import Sequence

from setup_skald.console import Console
from setup_skald.host import Host
from setup_skald.places import Places

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", ("ruff", "check")),
    ("ruff format", ("ruff", "format", "--check")),
    ("mypy", ("mypy",)),
    ("import-linter", ("lint-imports", "--no-logo")),
)


def run(host: Host, console: Console, places: Places, arguments: Sequence[str]) -> int:
    """Runs every check and then pytest with ``arguments``; returns 0 only where all of them passed."""
    failed = [name for name, command in CHECKS if _run(host, console, places, name, command)]
    code = _run(host, console, places, "pytest", ("pytest", *arguments))
    if failed:
        console.say(f"run.py: failed before pytest: {', '.join(failed)}.")
    return code or int(bool(failed))


def _run(host: Host, console: Console, places: Places, name: str, command: Sequence[str]) -> int:
    console.say(f"== {name}")
    program = places.scripts / command[0]
    return host.run([str(program), *command[1:]], folder=places.root)
