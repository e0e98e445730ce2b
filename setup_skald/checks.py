"""Looks at the machine before anything is built and reports all that is missing at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from setup_skald.host import Host
from setup_skald.libraries import PACKAGE_OF
from setup_skald.places import Places

GIB = 1 << 30
ENVIRONMENT_BYTES = GIB
"""The environment with the development tools takes 0.5 GiB, and as much again while it is unpacked."""
BUILD_BYTES = GIB
"""Source, objects and wheel of llama.cpp take 0.6 GiB while it is built."""

QT_NEEDS_GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}
"""The oldest GNU C library that the pinned PySide6 has wheels for; its file names say so (manylinux tags, PEP 600)."""

C_PROGRAM = "#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n"
CXX_PROGRAM = "#include <vector>\nint main() { return std::vector<int>{0}[0]; }\n"

CHINESE_FONTS = (
    "NotoSansCJK*", "NotoSerifCJK*", "NotoSansSC*", "SourceHanSans*", "SourceHanSerif*", "wqy-*", "DroidSansFallback*",
    "uming*", "ukai*", "LXGW*", "HarmonyOS_Sans_SC*", "msyh*", "simsun*", "simhei*",
)  # fmt: skip
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")

TEST_COMMANDS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "openbox": "openbox",
    "dbus-daemon": "dbus",
    "dbus-run-session": "dbus",
    "xdotool": "xdotool",
    "unshare": "util-linux",
}
ACCESSIBILITY_BUS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")

XCODE = "Run `xcode-select --install`, then this command again."
BUILD_TOOLS = (
    "Install the Build Tools for Visual Studio with the workload “Desktop development with C++” "
    "(`winget install Microsoft.VisualStudio.2022.BuildTools --override "
    '"--wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"`), then run this command again.'
)


@dataclass(frozen=True)
class Missing:
    """One thing this machine lacks: the Debian packages that bring it, or the sentence that says what to do."""

    what: str
    packages: tuple[str, ...] = ()
    remedy: str = ""
    is_needed: bool = True


def missing(host: Host, places: Places, *, builds_engine: bool, for_tests: bool) -> list[Missing]:
    """Returns everything that set-up, the window or the tests will miss on this machine."""
    found = [*_environment_support(host), *_disk(host, places, builds_engine)]
    if builds_engine:
        found += compilers(host)
    if host.system == "linux":
        found += [*_system(host), *_libraries(host), *_fonts(host)]
        if for_tests:
            found += _test_tools(host)
    return found


def _environment_support(host: Host) -> Iterator[Missing]:
    if not host.has_module("ensurepip"):
        major, minor = host.python_version
        yield Missing(
            f"Python's ensurepip, which fills a virtual environment (package python{major}.{minor}-venv)",
            (f"python{major}.{minor}-venv",),
        )
    if host.system == "linux" and not host.exists("/etc/ssl/certs/ca-certificates.crt") and host.which("apt-get"):
        yield Missing("the certificates that HTTPS is checked against (package ca-certificates)", ("ca-certificates",))


def _disk(host: Host, places: Places, builds_engine: bool) -> Iterator[Missing]:
    needs = [(places.root, ENVIRONMENT_BYTES)]
    if builds_engine:
        needs.append((places.cache, BUILD_BYTES))
    for folder, needed in needs:
        free = host.free_bytes(folder)
        if free < needed:
            yield Missing(
                f"room in {folder}: {free / GIB:.1f} GiB are free, {needed / GIB:.1f} GiB are needed",
                remedy="Free some space, then run this command again.",
            )


def _system(host: Host) -> Iterator[Missing]:
    """What no package brings: a system that the pinned Qt runs on."""
    needed = QT_NEEDS_GLIBC.get(host.machine)
    if needed is None:
        yield Missing(
            f"a processor that Qt for Python is built for: this is {host.machine}",
            remedy=f"Skald runs on {' and '.join(QT_NEEDS_GLIBC)}.",
        )
    elif host.glibc is None or host.glibc < needed:
        here = "another C library" if host.glibc is None else "glibc {}.{}".format(*host.glibc)
        yield Missing(
            "glibc {}.{} or newer, which Qt for Python needs: this system has ".format(*needed) + here,
            remedy="Use a newer system: Debian 12 or Ubuntu 22.04 on x86_64, Debian 13 or Ubuntu 24.04 on aarch64.",
        )


def compilers(host: Host) -> Iterator[Missing]:
    """Yields what is missing to compile C and C++."""
    if host.system == "win32":
        if not _has_visual_studio(host):
            yield Missing("a C and C++ compiler", remedy=BUILD_TOOLS)
        return
    if host.system == "darwin" and host.ask(["xcode-select", "-p"]).code:
        yield Missing("a C and C++ compiler", remedy=XCODE)
        return
    if not _compiles(host, ("cc", "gcc", "clang"), "c", C_PROGRAM):
        yield Missing("a C compiler (package gcc)", ("gcc", "libc6-dev"), XCODE if host.system == "darwin" else "")
    if not _compiles(host, ("c++", "g++", "clang++"), "c++", CXX_PROGRAM):
        yield Missing("a C++ compiler (package g++)", ("g++",), XCODE if host.system == "darwin" else "")


def _compiles(host: Host, names: tuple[str, ...], language: str, program: str) -> bool:
    """Whether one of the compilers gets through a program that needs its standard library's headers."""
    compilers = filter(None, map(host.which, names))
    return any(host.ask([name, "-x", language, "-fsyntax-only", "-"], program).code == 0 for name in compilers)


def _has_visual_studio(host: Host) -> bool:
    if host.which("cl"):
        return True
    finder = r"C:\Program Files (x86)\Microsoft Visual Studio\Installer\vswhere.exe"
    tools = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    answer = host.ask([finder, "-products", "*", "-requires", tools, "-property", "installationPath"])
    return answer.code == 0 and bool(answer.output.strip())


def _libraries(host: Host) -> Iterator[Missing]:
    lacking = [soname for soname in PACKAGE_OF if not host.is_loadable(soname)]
    if lacking:
        packages = dict.fromkeys(PACKAGE_OF[soname] for soname in lacking)
        yield Missing(f"shared libraries of the window and the engine: {', '.join(lacking)}", tuple(packages))


def _fonts(host: Host) -> Iterator[Missing]:
    """Chinese glyphs: asked of fontconfig where its command is there, else looked for by file name."""
    if host.which("fc-list"):
        has_glyphs = bool(host.ask(["fc-list", ":lang=zh", "family"]).output.strip())
    else:
        has_glyphs = any(host.find(folder, CHINESE_FONTS) for folder in FONT_FOLDERS)
    if not has_glyphs:
        yield Missing(
            "a font with Chinese characters, which would show as empty boxes (package fonts-noto-cjk)",
            ("fonts-noto-cjk",),
            is_needed=False,
        )


def _test_tools(host: Host) -> Iterator[Missing]:
    for command, package in TEST_COMMANDS.items():
        if not host.which(command):
            yield Missing(f"the command {command}, for the tests (package {package})", (package,))
    if not any(map(host.exists, ACCESSIBILITY_BUS)):
        yield Missing("the accessibility bus, for the tests (package at-spi2-core)", ("at-spi2-core",))
