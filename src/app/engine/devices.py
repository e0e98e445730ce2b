"""Tells what llama.cpp can calculate on: asked in a process of its own, because a broken driver may end it."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from app.domain.errors import EngineDied, EngineHung, EngineNotInstalled

PROBE_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Device:
    """A device of ggml, with its memory in bytes."""

    name: str
    description: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class EngineBuild:
    """The devices and what llama.cpp says of itself (instruction sets).

    ``back_ends`` names the back ends that were loaded ("CPU", "Vulkan", "CUDA", "MTL"); one whose driver is missing is
    not among them. ``folder`` is where its libraries lie.
    """

    devices: tuple[Device, ...]
    system_info: str
    back_ends: tuple[str, ...] = ()
    folder: str = ""


def probe() -> EngineBuild:
    """Asks a process of its own. Raises EngineNotInstalled, EngineDied, EngineHung."""
    from app.engine.process import _environment

    frozen = getattr(sys, "frozen", False)
    command = [sys.executable, "--engine-devices"] if frozen else [sys.executable, "-P", "-m", "app.engine.devices"]
    try:
        done = subprocess.run(
            command, capture_output=True, env=_environment(), timeout=PROBE_WITHIN_S, check=False, text=True
        )
    except OSError as error:
        raise EngineNotInstalled(reason=error) from error
    except subprocess.TimeoutExpired as error:
        raise EngineHung(seconds=PROBE_WITHIN_S) from error
    if done.returncode != 0:
        raise EngineDied(code=done.returncode, log=done.stderr[-500:].strip())
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "missing" in answer:
        raise EngineNotInstalled(reason=answer["missing"])
    devices = tuple(Device(**device) for device in answer["devices"])
    return EngineBuild(devices, answer["system_info"], tuple(answer["back_ends"]), answer["folder"])


def main() -> None:
    """The child's side: writes one line of JSON."""
    try:
        answer = _describe()
    except EngineNotInstalled as error:
        answer = {"missing": error.values["reason"]}
    sys.stdout.write(json.dumps(answer) + "\n")


def _describe() -> dict[str, object]:
    from app.engine.llama_library import Log, llama, start_backends

    log = Log()  # keeps llama.cpp from writing to standard output; C keeps no reference to it
    start_backends()
    count = _function("ggml_backend_dev_count", ctypes.c_size_t)
    get = _function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    name = _function("ggml_backend_dev_name", ctypes.c_char_p, ctypes.c_void_p)
    description = _function("ggml_backend_dev_description", ctypes.c_char_p, ctypes.c_void_p)
    size_pointer = ctypes.POINTER(ctypes.c_size_t)
    memory = _function("ggml_backend_dev_memory", None, ctypes.c_void_p, size_pointer, size_pointer)
    devices = []
    for number in range(count()):
        device, free, total = get(number), ctypes.c_size_t(), ctypes.c_size_t()
        memory(device, ctypes.byref(free), ctypes.byref(total))
        names = (name(device).decode("utf-8", "replace"), description(device).decode("utf-8", "replace"))
        devices.append(asdict(Device(*names, free.value, total.value)))
    system_info = llama.llama_print_system_info().decode("utf-8", "replace").strip()
    del log
    return {
        "devices": devices,
        "system_info": system_info,
        "back_ends": _back_ends(),
        "folder": str(Path(llama._lib._name).parent),
    }


def _back_ends() -> list[str]:
    count = _function("ggml_backend_reg_count", ctypes.c_size_t)
    get = _function("ggml_backend_reg_get", ctypes.c_void_p, ctypes.c_size_t)
    name = _function("ggml_backend_reg_name", ctypes.c_char_p, ctypes.c_void_p)
    return [name(get(number)).decode("utf-8", "replace") for number in range(count())]


def _function(name: str, result: Any, *arguments: Any) -> Any:
    """Returns a function of ``ggml-backend.h`` with its types."""
    from app.engine.llama_library import _ggml_function, llama

    found = _ggml_function(name, Path(llama._lib._name).parent)
    found.restype, found.argtypes = result, list(arguments)
    return found


if __name__ == "__main__":
    main()
