"""Describes the Python types of the window to Qt's own tools, so that qmllint knows their members.

What ``pyside6-project`` does for a project file, done for `app.presentation` into a folder of the test.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import PySide6

SOURCE = Path(__file__).resolve().parents[2] / "src" / "app"
QML_FOLDER = SOURCE / "ui"
CORE_TYPES = Path(PySide6.__path__[0]) / "Qt" / "metatypes" / "qt6core_metatypes.json"
QMLDIR = "module Skald\ntypeinfo skald.qmltypes\ndepends QtQml.Models\n"


def tool(name: str) -> str:
    """Returns the path of one of PySide6's command line tools."""
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(Path(sys.executable).with_name(f"pyside6-{name}{suffix}"))


def qml_files() -> list[Path]:
    """Returns every QML file of the window."""
    return sorted(QML_FOLDER.rglob("*.qml"))


def describe_types(folder: Path) -> None:
    """Writes the module ``Skald`` as qmldir and qmltypes below ``folder``."""
    module = folder / "Skald"
    module.mkdir(parents=True)
    sources = [
        path for path in sorted((SOURCE / "presentation").glob("*.py")) if "QmlElement" in path.read_text("utf-8")
    ]
    dumps = [_dump(source, module) for source in sources]
    classes = {entry["className"] for dump in dumps for part in _read(dump) for entry in part["classes"]}
    for dump in dumps:
        dump.write_text(json.dumps([_registered(part, classes) for part in _read(dump)]), "utf-8")
    version = ["--import-name", "Skald", "--major-version", "1", "--minor-version", "0"]
    written = ["--generate-qmltypes", str(module / "skald.qmltypes"), "-o", str(module / "unused.cpp")]
    command = [tool("qmltyperegistrar"), *written, *version, f"--foreign-types={CORE_TYPES}", *map(str, dumps)]
    subprocess.run(command, check=True, capture_output=True)
    (module / "qmldir").write_text(QMLDIR, "utf-8")


def _dump(source: Path, module: Path) -> Path:
    target = module / f"{source.stem}.json"
    subprocess.run([tool("metaobjectdump"), "-c", "-o", str(target), str(source)], check=True, capture_output=True)
    return target


def _read(dump: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(dump.read_text("utf-8"))
    return loaded


def _registered(part: dict[str, Any], classes: set[str]) -> dict[str, Any]:
    """Keeps what QML sees, with objects as pointers and what never changes marked so, as C++ would have it."""
    kept = [
        entry for entry in part["classes"] if "QML.Element" in {info["name"] for info in entry.get("classInfos", [])}
    ]
    for one in (one for entry in kept for one in entry.get("properties", [])):
        one["type"] += "*" if one["type"] in classes else ""
        one["constant"] = "notify" not in one
    return {**part, "classes": kept}
