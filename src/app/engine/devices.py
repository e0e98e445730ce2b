"""Tells what llama.cpp can calculate on: asked in a process of its own, because a broken driver may end it."""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Final

from app.domain.errors import EngineDied, EngineHung, EngineNotInstalled

PROBE_WITHIN_S: Final = 60.0


class DeviceType(StrEnum):
    """What a device is, in the order of ggml's ``enum ggml_backend_dev_type``; the last one for what comes later."""

    CPU = "cpu"
    GPU = "gpu"
    IGPU = "igpu"
    ACCEL = "accel"
    META = "meta"
    OTHER = "other"


@dataclass(frozen=True)
class Device:
    """A device of ggml, with its memory in bytes; an ``IGPU`` takes it from the machine's.

    ``id`` tells devices of one description apart: a PCI address, or empty where it is not known.
    """

    name: str
    description: str
    free_bytes: int
    total_bytes: int
    type: DeviceType = DeviceType.CPU
    id: str = ""

    @property
    def is_gpu(self) -> bool:
        """Whether llama.cpp can put layers there."""
        return self.type in (DeviceType.GPU, DeviceType.IGPU) and self.total_bytes > 0


@dataclass(frozen=True)
class EngineBuild:
    """The devices and what llama.cpp says of itself (instruction sets).

    ``back_ends`` names the back ends that were loaded ("CPU", "Vulkan", "CUDA", "MTL"); one whose driver is missing is
    not among them. ``folder`` is where its libraries lie. ``memory_bytes`` is what the process takes with llama.cpp in
    it and nothing loaded.
    """

    devices: tuple[Device, ...]
    system_info: str
    memory_bytes: int = 0
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
    devices = (Device(**{**device, "type": DeviceType(device["type"])}) for device in answer["devices"])
    return EngineBuild(
        tuple(devices),
        answer["system_info"],
        memory_bytes=answer["memory_bytes"],
        back_ends=tuple(answer["back_ends"]),
        folder=answer["folder"],
    )


def main() -> None:
    """The child's side: writes one line of JSON."""
    try:
        answer = _describe()
    except EngineNotInstalled as error:
        answer = {"missing": error.values["reason"]}
    sys.stdout.write(json.dumps(answer) + "\n")


def _describe() -> dict[str, object]:
    import psutil

    import app.engine.worker  # noqa: F401 - as the engine process does, whose memory is told
    from app.engine.llama_library import Log, llama, start_backends

    log = Log()  # keeps llama.cpp from writing to standard output; C keeps no reference to it
    start_backends()
    devices = [asdict(device) for _, device in registered_devices()]
    system_info = llama.llama_print_system_info().decode("utf-8", "replace").strip()
    del log
    return {
        "devices": devices,
        "system_info": system_info,
        "memory_bytes": psutil.Process().memory_info().rss,
        "back_ends": _back_ends(),
        "folder": str(Path(llama._lib._name).parent),
    }


def _back_ends() -> list[str]:
    count = _function("ggml_backend_reg_count", ctypes.c_size_t)
    get = _function("ggml_backend_reg_get", ctypes.c_void_p, ctypes.c_size_t)
    name = _function("ggml_backend_reg_name", ctypes.c_char_p, ctypes.c_void_p)
    return [name(get(number)).decode("utf-8", "replace") for number in range(count())]


class _Properties(ctypes.Structure):
    """``struct ggml_backend_dev_props`` of ``ggml-backend.h``."""

    _fields_: ClassVar[Any] = [
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("memory_free", ctypes.c_size_t),
        ("memory_total", ctypes.c_size_t),
        ("type", ctypes.c_int),
        ("device_id", ctypes.c_char_p),
        ("caps", ctypes.c_bool * 5),
        ("reserve", ctypes.c_char * 256),  # later versions write more fields
    ]


def registered_devices() -> list[tuple[int, Device]]:
    """Returns ggml's devices with the memory that is free now, each with ggml's pointer to it.

    For a process that holds llama.cpp with its back ends started.
    """
    count = _function("ggml_backend_dev_count", ctypes.c_size_t)
    get = _function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    describe = _function("ggml_backend_dev_get_props", None, ctypes.c_void_p, ctypes.POINTER(_Properties))
    found = []
    for number in range(count()):
        pointer, told = get(number), _Properties()
        describe(pointer, ctypes.byref(told))
        found.append((int(pointer), _device(told)))
    return found


def _device(told: Any) -> Device:
    types = list(DeviceType)
    kind = types[told.type] if 0 <= told.type < len(types) else DeviceType.OTHER
    name, description, number = (
        (text or b"").decode("utf-8", "replace") for text in (told.name, told.description, told.device_id)
    )
    return Device(name, description, told.memory_free, told.memory_total, kind, number)


def _function(name: str, result: Any, *arguments: Any) -> Any:
    """Returns a function of ``ggml-backend.h`` with its types."""
    from app.engine.llama_library import _ggml_function, llama

    found = _ggml_function(name, Path(llama._lib._name).parent)
    found.restype, found.argtypes = result, list(arguments)
    return found


if __name__ == "__main__":
    main()
