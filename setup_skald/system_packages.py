"""Installs what the checks found missing through apt, or says with which one command a person does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from setup_skald.checks import Missing
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host

RENAMED_FOR_64_BIT_TIME = {"libglib2.0-0": "libglib2.0-0t64"}
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
UNATTENDED = {"DEBIAN_FRONTEND": "noninteractive"}
LOCK_WAIT = ("-o", "DPkg::Lock::Timeout=300")


def provide(host: Host, console: Console, missing: Sequence[Missing]) -> None:
    """Sees to it that nothing needed is missing: through apt as root, else by telling the person.

    Raises SetupError that names everything missing and the command that brings it.
    """
    if not missing:
        return
    can_install = host.is_root and host.which("apt-get") is not None
    by_hand = [item for item in missing if not (can_install and item.packages)]
    if any(item.is_needed for item in by_hand):
        raise SetupError(*_report(host, missing))
    if can_install:
        _install(host, console, [item for item in missing if item.packages])
    elif by_hand:
        console.say(" ".join(filter(None, _report(host, by_hand))) + "\nGoing on without.")


def _install(host: Host, console: Console, missing: Sequence[Missing]) -> None:
    console.say("This machine lacks:\n" + _listed(missing))
    console.say("Installing it with apt, because this runs as root.")

    def follow(line: str) -> None:
        console.progress(f"apt: {line}")

    try:
        host.follow(["apt-get", *LOCK_WAIT, "update"], follow, environment=UNATTENDED)
        packages = _packages(host, missing)
        host.follow([*INSTALL, *LOCK_WAIT, *packages], follow, environment=UNATTENDED)
    except SetupError as error:
        raise SetupError(error.text, f"Put that right, or install by hand: {_command(host, missing)}") from error
    console.say(f"Installed {', '.join(packages)}.")


def _report(host: Host, missing: Sequence[Missing]) -> tuple[str, str]:
    """Returns what is missing and what to do about all of it."""
    remedies = list(dict.fromkeys(item.remedy for item in missing if item.remedy))
    if any(item.packages for item in missing):
        remedies.insert(0, _package_remedy(host, missing))
    return "This machine lacks:\n" + _listed(missing), "\n".join(["", *remedies])


def _package_remedy(host: Host, missing: Sequence[Missing]) -> str:
    if host.which("apt-get"):
        return f"Install it, then run this command again:\n  {_command(host, missing)}"
    return "Install what carries these with your system's package manager, then run this command again."


def _command(host: Host, missing: Iterable[Missing]) -> str:
    prefix = ("sudo",) if not host.is_root else ()
    return " ".join([*prefix, *INSTALL, *_packages(host, missing)])


def _packages(host: Host, missing: Iterable[Missing]) -> list[str]:
    """Returns each package once, by the name that this release knows it by."""
    names = dict.fromkeys(name for item in missing for name in item.packages)
    return [_current_name(host, name) for name in names]


def _current_name(host: Host, package: str) -> str:
    renamed = RENAMED_FOR_64_BIT_TIME.get(package)
    return renamed if renamed and host.ask(["apt-cache", "show", renamed]).code == 0 else package


def _listed(missing: Iterable[Missing]) -> str:
    return "\n".join(f"  - {item.what}" for item in missing)
