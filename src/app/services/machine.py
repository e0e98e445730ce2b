"""Looks at the machine for the forecast: memory at each call, GPUs and memory bandwidth once.

llama.cpp's devices take a process of their own and seconds, the bandwidth a tenth of a second: both wait until asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import psutil

from app.domain.errors import AppError
from app.domain.fit import DeviceMemory, Machine
from app.domain.load_options import CPU
from app.engine.devices import Device, DeviceType, EngineBuild, probe

BUFFER_BYTES: Final = 64 << 20
MEASURE_WITHIN_S: Final = 0.05
#: GPUs that ggml takes for discrete ones and that use the machine's memory: Apple's, and one that is the processor.
_SHARED: Final = ("MTL", "Metal", "Apple", "llvmpipe")


@dataclass(frozen=True)
class _Memory:
    available: int
    total: int


def _host_memory() -> _Memory:
    memory = psutil.virtual_memory()
    return _Memory(memory.available, memory.total)


class MachineProbe:
    """Remembers what does not change; one for the process. A broken engine or driver means: no GPU."""

    def __init__(
        self,
        devices: Callable[[], EngineBuild] = probe,
        bandwidth: Callable[[], float] | None = None,
        host_memory: Callable[[], _Memory] = _host_memory,
    ) -> None:
        self._probe = devices
        self._measure = bandwidth or measured_bandwidth
        self._host_memory = host_memory

    def look(self) -> Machine:
        """Returns the machine with the memory that is free now; slow the first time (seconds).

        The free memory of the GPUs is that of the first look: nothing tells it without starting a process again.
        """
        memory = self._host_memory()
        build = self.build
        return Machine(
            memory.available,
            memory.total,
            usable_devices(build.devices),
            self._bandwidth,
            build.memory_bytes,
            "REPACK = 1" in build.system_info,
        )

    def look_again(self) -> Machine:
        """As `look`, with the GPUs asked anew."""
        self.__dict__.pop("build", None)
        return self.look()

    @cached_property
    def build(self) -> EngineBuild:
        """What the engine says of itself and its devices."""
        try:
            return self._probe()
        except AppError:
            return EngineBuild((), "")

    @cached_property
    def _bandwidth(self) -> float:
        return self._measure()


def usable_devices(devices: tuple[Device, ...]) -> tuple[DeviceMemory, ...]:
    """Returns the GPUs that llama.cpp uses: those with memory of their own, else the first one that shares it."""
    found = [
        DeviceMemory(device.name, device.free_bytes, device.total_bytes, is_shared(device))
        for device in devices
        if device.is_gpu
    ]
    own = tuple(device for device in found if not device.is_shared)
    return own or tuple(found[:1])


def is_shared(device: Device) -> bool:
    """Tells whether a GPU takes its memory from the machine's."""
    return device.type is DeviceType.IGPU or device.name.startswith(_SHARED) or device.description.startswith(_SHARED)


def measured_bandwidth() -> float:
    """Returns how many bytes a second one thread reads from memory: the best of the passes in 50 ms.

    One thread, because laptops reach most of their bandwidth with one; where more is to be had the forecast is modest.
    """
    import numpy

    content = numpy.full(BUFFER_BYTES // 8, 1, dtype=numpy.uint64)  # written, or all pages would be the same one
    best, ends = 0.0, time.perf_counter() + MEASURE_WITHIN_S
    while True:
        began = time.perf_counter()
        content.max()
        now = time.perf_counter()
        best = max(best, BUFFER_BYTES / max(now - began, 1e-9))
        if now >= ends:
            return best


def with_device(machine: Machine, name: str) -> Machine:
    """Returns the machine as it is when only one of its devices may be used; all of them where that is not there."""
    chosen = tuple(device for device in machine.devices if device.name == name)
    return replace(machine, devices=chosen) if chosen or name == CPU else machine


def with_free_memory(machine: Machine, gpus: tuple[DeviceMemory, ...]) -> Machine:
    """Returns the machine with the GPUs' free memory as ``gpus`` have it: what unloading will free is free there."""
    free = {device.name: device.free_bytes for device in gpus}
    devices = (replace(device, free_bytes=free.get(device.name, device.free_bytes)) for device in machine.devices)
    return replace(machine, devices=tuple(devices))


def without_devices(machine: Machine) -> Machine:
    """Returns the machine as it is with the GPU switched off in the settings."""
    return replace(machine, devices=())
