"""Says what this Skald is, for the About section and for a bug report: versions, devices, licences; nothing private."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Final

import psutil

from app import __version__
from app.engine.devices import EngineBuild
from app.storage.settings import Settings

NAMED: Final = ("PySide6-Essentials", "llama-cpp-python", "huggingface_hub")
REPORTED_OPTIONS: Final = (
    "language", "theme", "zoom", "density", "is_software_rendered", "n_ctx", "n_threads", "n_gpu_layers",
    "context_policy", "is_state_kept_on_disk", "is_network_forbidden", "is_hub_cache_shared",
)  # fmt: skip
"""Settings that help to find a fault and tell nothing of the person: no text that was written, no address, no path."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST_LICENCE: Final = 80
"""Characters; some packages write the whole text of their licence where its name belongs."""


@dataclass(frozen=True)
class Licence:
    """A part of Skald, its version ("" where it has none of its own) and under which licence it is used."""

    name: str
    version: str
    licence: str


def versions() -> str:
    """Returns the versions of all that matters and what the machine is, a line each."""
    lines = {
        "Skald": __version__,
        "Python": platform.python_version(),
        **{name: _version(name) for name in NAMED},
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    return "\n".join(f"{name} {value}" for name, value in lines.items() if value)


def devices(build: EngineBuild) -> str:
    """Returns the engine's back ends and devices, a line each."""
    lines = [f"{device.name}: {device.description}" for device in build.devices]
    return "\n".join([", ".join(build.back_ends), *lines]).strip()


def report(settings: Settings, build: EngineBuild, drawing: str) -> str:
    """Returns all that helps with a bug report; ``drawing`` is what Qt draws with.

    No path, no name of a person, machine or model file, and nothing that was written.
    """
    memory = psutil.virtual_memory().total / (1 << 30)
    options = ", ".join(f"{name}={getattr(settings, name)}" for name in REPORTED_OPTIONS)
    return "\n".join(
        [
            versions(),
            f"Machine {os.cpu_count()} threads, {memory:.1f} GiB of memory",
            f"Window {drawing}",
            f"Engine {devices(build)}",
            f"Settings {options}",
        ]
    )


def licences() -> list[Licence]:
    """Returns Skald, what it is installed with as the installed packages say it, llama.cpp and the starter model."""
    packages = sorted({entry.metadata["Name"]: entry for entry in _inside("skald", set())}.items(), key=_by_name)
    return [
        Licence("Skald", __version__, "MIT"),
        Licence("Skald Starter", "", "MIT"),
        Licence("llama.cpp", "", "MIT"),
        Licence("Python", platform.python_version(), "PSF-2.0"),
        *(Licence(name, entry.version, _licence(entry)) for name, entry in packages),
    ]


def _inside(name: str, seen: set[str]) -> Iterator[metadata.Distribution]:
    """Yields what ``name`` needs, and what that needs; extras, and what this system does without, are left out."""
    try:
        requirements = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for requirement in requirements:
        found = _NAME.match(requirement)
        if found is None or "extra ==" in requirement or found[0].lower() in seen:
            continue
        seen.add(found[0].lower())
        try:
            yield metadata.distribution(found[0])
        except metadata.PackageNotFoundError:
            continue
        yield from _inside(found[0], seen)


def _licence(entry: metadata.Distribution) -> str:
    """Returns the licence as the package says it: the expression, a short word, or the classifier."""
    about = entry.metadata
    words = [str(about[key]) for key in ("License-Expression", "License") if key in about]
    short = [word for word in words if word and len(word) <= _LONGEST_LICENCE and "\n" not in word]
    if short:
        return short[0]
    classifiers = about.get_all("Classifier") or []
    return next((line.rpartition(":: ")[2] for line in classifiers if line.startswith("License ::")), "")


def _by_name(item: tuple[str, metadata.Distribution]) -> str:
    return item[0].lower()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
