"""Builds llama.cpp with its bindings once for this machine and keeps the wheel in the person's cache folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from setup_skald import stamp
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.pip import HASHED, Pip
from setup_skald.places import Places
from setup_skald.processor import compiler_flags

PACKAGE = "llama-cpp-python"
WORK_MIN = 12
"""Minutes that the build keeps one core busy; 5 min 45 s were measured on two otherwise idle cores."""
BYTES_PER_COMPILER = 1 << 30
"""The largest compilation was measured at 0.65 GiB."""

NINJA_STEP = re.compile(r"\[(\d+)/(\d+)\]")
"""How ninja begins the line of each finished step (NINJA_STATUS, the default format)."""


@dataclass(frozen=True)
class EngineWheel:
    """Where the wheel for one version, one processor and one set of build options is kept."""

    folder: Path

    @property
    def log(self) -> Path:
        """What the last build printed."""
        return self._beside(".log")

    @property
    def lock(self) -> Path:
        """Held by whoever looks for the wheel or builds it."""
        return self._beside(".lock")

    @property
    def workshop(self) -> Path:
        """Where it is built; what a killed build left there goes with the next one."""
        return self._beside(".build")

    def _beside(self, suffix: str) -> Path:
        return self.folder.with_name(self.folder.name + suffix)

    def find(self) -> Path | None:
        """Returns the kept wheel, or None where there is none or it is damaged."""
        for wheel in self.folder.glob("*.whl"):
            try:
                expected = wheel.with_suffix(".sha256").read_text(encoding="ascii").strip()
            except OSError:
                continue
            if _sha256(wheel) == expected:
                return wheel
        return None

    def keep(self, wheel: Path) -> Path:
        """Moves a built wheel into the cache and returns its place there; its hash is written last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = self.folder / wheel.name
        wheel.replace(kept)
        kept.with_suffix(".sha256").write_text(_sha256(kept) + "\n", encoding="ascii")
        return kept


def of_this_machine(host: Host, places: Places, options: str) -> EngineWheel:
    """Returns the place of the wheel that fits this machine.

    The wheel is the same for every Python (``py3-none``) but is compiled for this very processor (``-march=native``).
    """
    pinned = places.requirements("engine").read_text(encoding="utf-8")
    found = re.search(rf"^{PACKAGE}==(\S+)", pinned, re.MULTILINE)
    if not found:
        raise SetupError(f"{places.requirements('engine')} does not name {PACKAGE}.", "Restore the file.")
    key = stamp.digest("\n".join([pinned, host.processor() + compiler_flags(host.processor()), options]))
    return EngineWheel(places.wheels / f"{PACKAGE}-{found.group(1)}-{host.system}-{key}")


def build(host: Host, console: Console, places: Places, pip: Pip, wheel: EngineWheel, options: str) -> Path:
    """Builds the wheel from its hash-pinned source and returns where it is kept. Raises SetupError when it fails."""
    compilers = parallel_compilers(host.cores(), host.memory_bytes())
    console.say(
        f"Building llama.cpp for this processor, about {max(1, round(WORK_MIN / compilers))} minutes with "
        f"{compilers} compilers at once. This happens once; the result is kept in {places.wheels}."
    )
    started = time.monotonic()
    with empty_folder(wheel.workshop) as folder:
        tools, output = folder / "tools", folder / "wheel"
        pip.install_pinned(places.requirements("engine-build"), into=tools)
        host.follow(
            _command(places, output),
            BuildProgress(console).follow,
            environment={
                **_variables(folder, tools, compilers),
                **_flags(compiler_flags(host.processor())),
                stamp.ENGINE_OPTIONS: options,
            },
            log=wheel.log,
        )
        kept = wheel.keep(_only_wheel(output))
    console.say(f"Built llama.cpp in {(time.monotonic() - started) / 60:.1f} minutes.")
    return kept


def parallel_compilers(cores: int, memory_bytes: int | None) -> int:
    """Returns how many compilers run at once: one a core, as far as memory holds them."""
    if memory_bytes is None:
        return cores
    return max(1, min(cores, memory_bytes // BYTES_PER_COMPILER))


class BuildProgress:
    """Turns ninja's step counter into a line with percent and the time left."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started: float | None = None

    def follow(self, line: str) -> None:
        """Takes one line of the build's output."""
        step = NINJA_STEP.search(line)
        if step and int(step.group(1)):
            self._show(int(step.group(1)), int(step.group(2)))
        elif self._started is None and line.strip().startswith(("Downloading", "Collecting")):
            self._console.progress(f"  {line.strip()}")

    def _show(self, done: int, total: int) -> None:
        now = time.monotonic()
        self._started = self._started or now
        left_min = (now - self._started) / done * (total - done) / 60
        left = f", about {left_min:.0f} min left" if left_min >= 1 else ""
        self._console.progress(f"  llama.cpp: {done} of {total} steps, {100 * done // total} %{left}")


def _command(places: Places, output: Path) -> list[str]:
    return [
        *(str(places.python), "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-build-isolation", *HASHED),
        *("--no-cache-dir", "--no-binary", PACKAGE),  # pip's own cache knows neither processor nor options
        *("--wheel-dir", str(output), "-r", str(places.requirements("engine"))),
    ]


def _variables(folder: Path, tools: Path, compilers: int) -> dict[str, str]:
    scripts = str(tools / ("Scripts" if os.name == "nt" else "bin"))
    variables = {
        "PYTHONPATH": str(tools),
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        "CMAKE_BUILD_PARALLEL_LEVEL": str(compilers),
    }
    # On the disk whose room was checked; on Windows the shorter path counts more.
    return variables if os.name == "nt" else {**variables, "TMPDIR": str(folder)}


def _flags(ours: str) -> dict[str, str]:
    """Adds ``ours`` to the person's own compiler flags; CMake takes both from the environment."""
    return {name: f"{os.environ.get(name, '')} {ours}".strip() for name in ("CFLAGS", "CXXFLAGS")} if ours else {}


@contextmanager
def empty_folder(folder: Path) -> Iterator[Path]:
    """Makes the folder anew and removes it at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _only_wheel(folder: Path) -> Path:
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise SetupError(f"The build of {PACKAGE} left {len(wheels)} wheels.", "Run this command again.")
    return wheels[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
