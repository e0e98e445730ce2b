"""Tells in a few milliseconds whether the environment still fits this checkout, and which part of it does not."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from setup_skald.places import Places
from setup_skald.processor import compiler_flags

FORMAT = "1"
"""Raised when set-up itself changes what it leaves in the environment."""

ENGINE_OPTIONS = "CMAKE_ARGS"
"""The variable through which a person asks for another build of llama.cpp; scikit-build-core reads it."""


def wanted(
    places: Places, processor: str, *, for_tests: bool, variables: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Returns a fingerprint of each thing that the environment is made from.

    The engine's options count only where they are given, so that a later plain start keeps the engine that was built.
    """
    parts = {
        "format": FORMAT,
        "python": interpreter(places),
        "runtime": _file_digest(places.requirements("runtime")),
        "engine": digest(_file_digest(places.requirements("engine")) + processor + compiler_flags(processor)),
        "project": _project_digest(places),
    }
    if for_tests:
        parts["development"] = _file_digest(places.requirements("development"))
    if ENGINE_OPTIONS in variables:
        parts["engine-options"] = variables[ENGINE_OPTIONS]
    return parts


def stale(places: Places, parts: Mapping[str, str]) -> frozenset[str]:
    """Returns the names of the parts that differ from what the environment was last set up from."""
    if not (places.python.exists() and places.skald.exists()):
        return frozenset(parts)
    recorded = read(places)
    return frozenset(name for name, fingerprint in parts.items() if recorded.get(name) != fingerprint)


def read(places: Places) -> dict[str, str]:
    """Returns the recorded fingerprints; none where there is no stamp or it cannot be read."""
    try:
        recorded = json.loads(places.stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return recorded if isinstance(recorded, dict) else {}


def write(places: Places, parts: Mapping[str, str]) -> None:
    """Records that the environment fits ``parts``, in one step."""
    draft = places.stamp.with_suffix(".draft")
    draft.write_text(json.dumps(dict(parts), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(places.stamp)


def interpreter(places: Places) -> str:
    """Returns which Python the environment was made from, or an empty text where that Python is gone.

    Source of the format: ``pyvenv.cfg`` in the documentation of the module ``site``.
    """
    try:
        lines = (places.environment / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    settings = {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
    home = settings.get("home", "")
    if not (places.python.exists() and Path(home).is_dir()):
        return ""
    version = settings.get("version", settings.get("version_info", ""))
    return f"{version} {os.path.realpath(places.python)}"


def digest(text: str) -> str:
    """Returns a short hash of the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _project_digest(places: Places) -> str:
    """Only what an installation takes from ``pyproject.toml`` counts: a linter's setting needs no new set-up."""
    with (places.root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    taken = [project.get("build-system"), project.get("project"), project.get("tool", {}).get("hatch")]
    return digest(json.dumps([*taken, str(places.root), _file_digest(places.requirements("build"))], sort_keys=True))
