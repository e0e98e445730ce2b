"""Says in one sentence why Qt cannot start, before Qt aborts the process with a message that misleads.

Imports no Qt at module level, so that a missing system library is told too. Linux only; elsewhere Qt starts or says so
itself. Costs less than 5 ms.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from app.domain.errors import LibraryMissing, NoDisplay

QT_MODULES: Final = ("PySide6.QtGui", "PySide6.QtQml")
PLUGINS: Final = {"xcb": "libqxcb.so", "wayland": "libqwayland.so"}
# What Debian and Ubuntu call the packages of the libraries that Qt and its platform plugins load.
PACKAGES: Final = {
    "libglib-2.0": "libglib2.0-0",
    "libgthread-2.0": "libglib2.0-0",
    "libGL": "libgl1",
    "libEGL": "libegl1",
    "libX11": "libx11-6",
    "libX11-xcb": "libx11-xcb1",
    "libdbus-1": "libdbus-1-3",
    "libfontconfig": "libfontconfig1",
    "libfreetype": "libfreetype6",
    "libxkbcommon": "libxkbcommon0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libbrotlidec": "libbrotli1",
    "libbrotlicommon": "libbrotli1",
    "libgssapi_krb5": "libgssapi-krb5-2",
    "libxcb": "libxcb1",
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-randr": "libxcb-randr0",
    "libxcb-render": "libxcb-render0",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libxcb-shm": "libxcb-shm0",
    "libxcb-sync": "libxcb-sync1",
    "libxcb-util": "libxcb-util1",
    "libxcb-xfixes": "libxcb-xfixes0",
    "libxcb-xkb": "libxcb-xkb1",
    "libwayland-client": "libwayland-client0",
    "libwayland-cursor": "libwayland-cursor0",
    "libwayland-egl": "libwayland-egl1",
}
DISPLAY_PACKAGES: Final = (
    "libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libbrotli1 libgssapi-krb5-2 "
    "libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 "
    "libwayland-cursor0 libwayland-egl1"
)

_kept_connections: list[int] = []
"""A display server without other clients (Xvfb) starts anew when its last one leaves; so ours stays until the end."""

LoadLibrary = Callable[[str], object]
ImportModule = Callable[[str], object]


def check(
    environment: Mapping[str, str] = os.environ,
    load_library: LoadLibrary = ctypes.CDLL,
    import_module: ImportModule = importlib.import_module,
) -> None:
    """Returns where Qt will be able to open a window; raises NoDisplay or LibraryMissing where it will not."""
    if not sys.platform.startswith("linux"):
        return
    platforms = wanted_platforms(environment)
    if not platforms:
        raise NoDisplay(reason="neither DISPLAY nor WAYLAND_DISPLAY is set")
    for module in QT_MODULES:
        try:
            import_module(module)
        except ImportError as error:
            raise _missing(str(error)) from error
    _check_platforms(platforms, environment, load_library)


def wanted_platforms(environment: Mapping[str, str]) -> list[str]:
    """Returns the platform plugins that Qt will try, in their order."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [entry.split(":")[0] for entry in chosen.split(";")]
    tried = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [platform for platform, variable in tried.items() if environment.get(variable)]


def _check_platforms(platforms: list[str], environment: Mapping[str, str], load_library: LoadLibrary) -> None:
    problem: LibraryMissing | NoDisplay | None = None
    for platform in platforms:
        found = _problem(platform, environment, load_library)
        if found is None:
            return
        problem = problem or found
    if problem:
        raise problem


def _problem(
    platform: str, environment: Mapping[str, str], load_library: LoadLibrary
) -> LibraryMissing | NoDisplay | None:
    """Returns why a platform plugin cannot work, None where it can or where we cannot know."""
    if platform not in PLUGINS:
        return None
    try:
        load_library(str(_plugin_folder() / PLUGINS[platform]))
    except OSError as error:
        return _missing(str(error))
    if platform == "xcb" and not _answers_x(load_library):
        return NoDisplay(reason=f"the display {environment.get('DISPLAY', '')} does not answer")
    if platform == "wayland" and not _wayland_socket(environment).exists():
        return NoDisplay(reason=f"the display {environment.get('WAYLAND_DISPLAY', '')} does not answer")
    return None


def _plugin_folder() -> Path:
    specification = importlib.util.find_spec("PySide6")
    if specification is None or specification.origin is None:
        raise LibraryMissing(library="PySide6", packages="PySide6-Essentials")
    return Path(specification.origin).parent / "Qt" / "plugins" / "platforms"


def _answers_x(load_library: LoadLibrary) -> bool:
    xcb: ctypes.CDLL = load_library("libxcb.so.1")  # type: ignore[assignment]
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    if not xcb.xcb_connection_has_error(connection):
        _kept_connections.append(connection)
        return True
    xcb.xcb_disconnect(connection)
    return False


def _wayland_socket(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_RUNTIME_DIR", "/")) / environment.get("WAYLAND_DISPLAY", "wayland-0")


def _missing(message: str) -> LibraryMissing:
    """Returns the error for a loader's message, such as ``libGL.so.1: cannot open shared object file``."""
    library = message.split(":")[0].strip()
    package = PACKAGES.get(library.split(".so")[0])
    packages = f"sudo apt install {DISPLAY_PACKAGES}" if package else library
    return LibraryMissing(library=library, packages=packages)
