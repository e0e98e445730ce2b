"""Builds the libraries of one back end into a folder: the one function that packages of the program call."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from setup_skald import checks, system_packages
from setup_skald.console import Console
from setup_skald.engine_wheel import BuildProgress, empty_folder, parallel_compilers
from setup_skald.failure import SetupError
from setup_skald.host import Host
from setup_skald.pip import Pip
from setup_skald.places import Places

from engine_libraries import check, sources
from engine_libraries.back_ends import LEFT_OUT, TARGETS, BackEnd
from engine_libraries.tools import Tools

SUFFIXES = (".so", ".dylib", ".dll")


@dataclass(frozen=True)
class Workshop:
    """The machine and the checkout that a build happens in."""

    host: Host
    console: Console
    places: Places


def build(shop: Workshop, back_end: BackEnd, output: Path, *, every_processor: bool = True) -> None:
    """Fills the folder ``output``, which must not exist yet, with libraries that find each other wherever it lies.

    ``every_processor`` builds all variants for the processor rather than one. Raises SetupError; then nothing is left
    but what the compiler said, in ``OUTPUT.log``.
    """
    if output.exists():
        raise SetupError(f"{output} exists already.", "Remove it, or name another folder.")
    provide(shop, back_end)
    started = time.monotonic()
    with empty_folder(output.with_name(output.name + ".build")) as folder:
        options = back_end.cmake_options(shop.host.system, every_processor=every_processor)
        source = _compile(shop, folder, options, output.with_name(output.name + ".log"))
        draft = collect(folder / "tree" / "bin", source, folder / "libraries")
        listed = check.of_folder(shop.host, back_end, draft)
        draft.rename(output)
    minutes = (time.monotonic() - started) / 60
    shop.console.say(f"Built {output} in {minutes:.1f} minutes. On this machine it lists: {', '.join(listed)}.")


def provide(shop: Workshop, back_end: BackEnd) -> None:
    """Sees to it that the machine has what the build needs. Raises SetupError that names what it lacks."""
    if shop.host.system not in back_end.systems:
        raise SetupError(f"{back_end.name} is built on {' and '.join(back_end.systems)}, this is {shop.host.system}.")
    system_packages.provide(shop.host, shop.console, [*checks.compilers(shop.host), *back_end.missing(shop.host)])
    still = [*checks.compilers(shop.host), *back_end.missing(shop.host)]
    if still:
        raise SetupError(f"Still missing: {'; '.join(item.what for item in still)}.", still[0].remedy)


def collect(binaries: Path, source: Path, folder: Path) -> Path:
    """Copies the libraries and their licences into the new folder ``folder`` and returns it."""
    folder.mkdir()
    for library in sorted(binaries.iterdir()):
        if library.suffix in SUFFIXES and check.bare_name(library) not in LEFT_OUT:
            shutil.copy(library, folder)
    for licence in (source / "LICENSE", *sorted((source / "licenses").glob("LICENSE*"))):
        shutil.copy(licence, folder / f"llama.cpp-{licence.name}")
    return folder


def _compile(shop: Workshop, folder: Path, options: tuple[str, ...], log: Path) -> Path:
    """Leaves the libraries in ``folder/tree/bin`` and returns llama.cpp's source."""
    pip = Pip(shop.host, shop.console, Path(sys.executable))
    tools = Tools.install(pip, shop.places, folder / "tools")
    source = sources.fetch(shop.host, pip, shop.places, tools, folder)
    compilers = parallel_compilers(shop.host.cores(), shop.host.memory_bytes())
    tree, show = str(folder / "tree"), BuildProgress(shop.console).follow
    shop.console.say(f"Building llama.cpp with {compilers} compilers at once.")
    configure = [tools.cmake, "-G", "Ninja", "-S", str(source), "-B", tree, *options]
    shop.host.follow(configure, show, environment=tools.environment)
    compile_all = [tools.cmake, "--build", tree, "--parallel", str(compilers), "--target", *TARGETS]
    shop.host.follow(compile_all, show, environment=tools.environment, log=log)
    return source
