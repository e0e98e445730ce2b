"""Examines the machine, the engine, the folders, the store and the starter: what is there, what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from app import __version__, resources
from app.domain.errors import AppError, ErrorReport
from app.domain.language_model import STARTER, LoadRequest
from app.engine.client import EngineClient
from app.engine.devices import probe
from app.engine.state_folder import size_of
from app.library.library import BUNDLED, describe, verify
from app.paths import Paths
from app.storage.conversations import ConversationStore
from app.storage.database import SCHEMA_VERSION, Database

Values = dict[str, object]


@dataclass(frozen=True)
class Findings:
    """Values by section (sizes in bytes, times in seconds), and the known errors that were met by section."""

    sections: Mapping[str, Values]
    problems: tuple[tuple[str, ErrorReport], ...]


def examine(paths: Paths, engine: EngineClient) -> Findings:
    """Looks at everything; ``engine`` loads the starter to prove that it works."""
    sections: dict[str, Values] = {}
    problems: list[tuple[str, ErrorReport]] = []
    for name, look in (
        ("program", _program),
        ("machine", lambda: _machine(paths)),
        ("devices", _devices),
        ("engine", lambda: _engine(engine)),
        ("folders", lambda: _folders(paths)),
        ("store", lambda: _store(paths)),
        ("starter", _starter),
    ):
        try:
            sections[name] = look()
        except AppError as error:
            sections[name] = {}
            problems.append((name, error.report()))
    return Findings(sections, tuple(problems))


def _program() -> Values:
    return {
        "skald": __version__,
        "python": platform.python_version(),
        "llama_cpp_python": _version("llama-cpp-python"),
        "qt": _version("PySide6-Essentials"),
        "executable": sys.executable,
    }


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _machine(paths: Paths) -> Values:
    memory = psutil.virtual_memory()
    return {
        "system": platform.platform(),
        "architecture": platform.machine(),
        "cores": psutil.cpu_count(logical=False),
        "threads": psutil.cpu_count(),
        "memory_bytes": memory.total,
        "memory_free_bytes": memory.available,
        "disk_free_bytes": shutil.disk_usage(_existing(paths.data)).free,
    }


def _devices() -> Values:
    build = probe()
    found: Values = {
        device.name: {
            "description": device.description,
            "type": str(device.type),
            "free_bytes": device.free_bytes,
            "total_bytes": device.total_bytes,
        }
        for device in build.devices
    }
    return {**found, "back_ends": ", ".join(build.back_ends), "build": build.system_info, "libraries": build.folder}


def _engine(engine: EngineClient) -> Values:
    request = LoadRequest(path=str(resources.starter_model()), name=STARTER)
    try:
        info = engine.load(request, lambda _fraction: None)
    finally:
        engine.unload()
    if info is None:
        return {"works": False}
    return {
        "works": True,
        "load_s": round(info.load_s, 3),
        "threads": info.n_threads,
        "memory_bytes": info.memory_bytes,
    }


def _folders(paths: Paths) -> Values:
    found: Values = {
        name: {"path": str(folder), "exists": folder.is_dir(), "writable": _is_writable(folder)}
        for name, folder in (
            ("config", paths.config), ("data", paths.data), ("state", paths.state), ("cache", paths.cache),
        )
    }  # fmt: skip
    return {**found, "states": {"path": str(paths.states), "bytes": size_of(paths.states)}}


def _store(paths: Paths) -> Values:
    found: Values = {"path": str(paths.database), "exists": paths.database.is_file(), "schema": SCHEMA_VERSION}
    if not paths.database.is_file():
        return found
    with Database.open(paths.database) as database:
        found["conversations"] = len(ConversationStore(database).list())
    return {**found, "bytes": paths.database.stat().st_size, "sound": True}


def _starter() -> Values:
    report = verify(describe(resources.starter_model(), STARTER, BUNDLED))
    return {
        "path": str(report.model_file.path),
        "bytes": report.model_file.bytes,
        "quantization": report.model_file.quantization,
        "sha256": report.sha256,
        "as_published": report.is_hash_known,
    }


def _existing(folder: Path) -> Path:
    """Returns ``folder`` or the nearest folder above it that exists."""
    return next((candidate for candidate in (folder, *folder.parents) if candidate.is_dir()), Path(os.sep))


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return True
    except OSError:
        return False
