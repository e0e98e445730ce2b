"""Loads llama.cpp's shared library into the engine process and adds what the binding lacks.

Import this module before anything else of ``llama_cpp``: the package itself imports its high-level class, which
takes 1.5 s on a slow machine where the binding alone takes 0.15 s.
"""

from __future__ import annotations

import collections
import ctypes
import importlib.util
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.domain.errors import EngineNotInstalled
from app.engine import wire

__all__ = ["AbortFlag", "Log", "brief", "llama", "start_backends", "unchecked"]

LOG_LEVEL_INFO: Final = 2
LOG_LEVEL_ERROR: Final = 4
LOG_LEVEL_CONTINUED: Final = 5
_LOG_LIMIT: Final = 4 * 1024 * 1024


def _skip_the_high_level_package() -> None:
    if "llama_cpp" in sys.modules:
        return
    found = importlib.util.find_spec("llama_cpp")
    if found is None or found.submodule_search_locations is None:
        raise EngineNotInstalled(reason="llama_cpp")
    package = types.ModuleType("llama_cpp")
    package.__path__ = list(found.submodule_search_locations)
    package.__spec__ = found
    sys.modules["llama_cpp"] = package


_skip_the_high_level_package()
try:
    import llama_cpp.llama_cpp as llama
except (OSError, RuntimeError, ImportError) as problem:
    raise EngineNotInstalled(reason=problem) from problem

_HOLDING_THE_GIL: Final = ctypes.PyDLL(llama._lib._name)
_UNCHECKED: Final = ctypes.CDLL(llama._lib._name)


def brief(name: str) -> Callable[..., Any]:
    """Returns a function of llama.cpp that keeps the GIL: for calls of a microsecond, where releasing it costs more."""
    bound = getattr(llama, name)
    function: Any = getattr(_HOLDING_THE_GIL, name)
    function.argtypes, function.restype = bound.argtypes, bound.restype
    return function  # type: ignore[no-any-return]


def unchecked(name: str) -> Callable[..., Any]:
    """Returns a function of llama.cpp that gives a 32-bit integer and converts no argument.

    That spares half the cost of a call; every argument has to be a ctypes instance of exactly the right type.
    """
    function: Any = _UNCHECKED[name]
    function.restype = ctypes.c_int32
    return function  # type: ignore[no-any-return]


class AbortFlag:
    """A flag that llama.cpp looks at within a decode and that any thread may set.

    The callback is the C library's ``strlen`` and its data a buffer of two bytes: neither Python nor the GIL is
    needed to read it. On CUDA and Vulkan llama.cpp ignores it; there it is read between batches.
    """

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("ucrtbase") if sys.platform == "win32" else ctypes.CDLL(None)
        self.callback = ctypes.cast(library.strlen, llama.ggml_abort_callback)
        self.data = ctypes.cast(self._buffer, ctypes.c_void_p)

    @property
    def is_set(self) -> bool:
        """Whether work is to stop."""
        return self._buffer[0] != b"\0"

    def set(self) -> None:
        """Asks the running work to stop."""
        self._buffer[0] = b"1"

    def clear(self) -> None:
        """Takes the request back, before new work."""
        self._buffer[0] = b"\0"


_taking: Final[list[Any]] = [None]
"""What llama.cpp calls with each line: a reference of ours that outlives every Log, because C keeps none."""


class Log:
    """llama.cpp's log: written to standard error up to a limit, the last lines kept to tell what went wrong.

    ``facts`` keeps the lines that tell of buffers and of layers: nothing else in C does.
    """

    def __init__(self) -> None:
        self.lines: collections.deque[str] = collections.deque(maxlen=60)
        self.facts: collections.deque[str] = collections.deque(maxlen=200)
        self._problems: list[str] = []
        self._written = 0
        self._last_level = 0
        _taking[0] = llama.llama_log_callback(self._take)
        llama.llama_log_set(_taking[0], ctypes.c_void_p())

    def _take(self, level: int, text: bytes, _data: object) -> None:
        if level != LOG_LEVEL_CONTINUED:
            self._last_level = level
        if self._last_level < LOG_LEVEL_INFO or not text or self._written > _LOG_LIMIT:
            return
        self._written += os.write(2, text)
        line = text.decode("utf-8", "replace").strip()
        self.lines.append(line)
        if " buffer size = " in line or "offloaded " in line:
            self.facts.append(line)
        if self._last_level == LOG_LEVEL_ERROR and len(self._problems) < 20:
            self._problems.append(line)

    def first_problem(self) -> str:
        """Returns the first line that told of an error; it is the cause of those that follow."""
        return self._problems[0][:500] if self._problems else ""


def _write_assertion(message: bytes) -> None:
    """Writes which assertion failed; on return ggml aborts."""
    os.write(2, b"\n" + wire.ABORTED.encode() + message.replace(b"\n", b" ") + b"\n")


_tell_assertion: Final = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(_write_assertion)
"""A reference of ours: C keeps none."""


def start_backends() -> None:
    """Loads the back ends where they are libraries of their own, from the package's folder and nowhere else.

    Never ``ggml_backend_load_all()``, which also searches the working directory. From now on a failed assertion stands
    in the log.
    """
    folder = Path(llama._lib._name).parent
    _ggml_function("ggml_set_abort_callback", folder)(_tell_assertion)
    count = _ggml_function("ggml_backend_dev_count", folder)
    count.restype = ctypes.c_size_t
    if count() == 0:
        load = _ggml_function("ggml_backend_load_all_from_path", folder)
        load.argtypes, load.restype = [ctypes.c_char_p], None
        load(os.fsencode(folder))
    llama.llama_backend_init()


def _ggml_function(name: str, folder: Path) -> Any:
    """Returns a function of ggml. Where llama's library does not lead to it (Windows), ggml's own does."""
    libraries: list[ctypes.CDLL] = [llama._lib]
    libraries += [ctypes.CDLL(str(path)) for path in (folder / "ggml.dll", folder / "ggml-base.dll") if path.exists()]
    for library in libraries:
        if hasattr(library, name):
            return getattr(library, name)
    raise EngineNotInstalled(reason=name)
