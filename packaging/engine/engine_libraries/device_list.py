"""Loads the libraries of a folder and prints the devices that ggml lists, as one line of JSON: a script to be run.

It does what the engine does (`app.engine.llama_library`), without the bindings. Source: ``ggml-backend.h``.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

PATTERNS = {"win32": "{}.dll", "darwin": "lib{}.dylib"}


def main(folder: Path) -> None:
    """Prints the list. Raises OSError where a library or something that it needs is missing."""
    if sys.platform == "win32":
        os.add_dll_directory(str(folder))
    pattern = PATTERNS.get(sys.platform, "lib{}.so")
    ctypes.CDLL(str(folder / pattern.format("llama")))
    ctypes.CDLL(str(folder / pattern.format("llama-common")))
    base = ctypes.CDLL(str(folder / pattern.format("ggml-base")))
    ggml = ctypes.CDLL(str(folder / pattern.format("ggml")))
    ggml.ggml_backend_load_all_from_path.argtypes = [ctypes.c_char_p]
    ggml.ggml_backend_load_all_from_path.restype = None
    ggml.ggml_backend_load_all_from_path(os.fsencode(folder))
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    base.ggml_backend_dev_name.restype = ctypes.c_char_p
    base.ggml_backend_dev_name.argtypes = [ctypes.c_void_p]
    devices = map(ggml.ggml_backend_dev_get, range(ggml.ggml_backend_dev_count()))
    names = [base.ggml_backend_dev_name(device).decode() for device in devices]
    if not names:
        sys.exit("ggml lists no device, not even the processor.")
    sys.stdout.write(json.dumps(names) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
