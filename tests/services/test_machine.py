"""What the forecast hears of the machine."""

from __future__ import annotations

import pytest

from app.domain.errors import EngineDied
from app.domain.fit import DeviceMemory, Machine
from app.engine.devices import Device, DeviceType, EngineBuild
from app.services.machine import (
    MachineProbe,
    _Memory,
    measured_bandwidth,
    usable_devices,
    with_device,
    with_free_memory,
    without_devices,
)

GIB = 1 << 30
CPU = Device("CPU", "Intel(R) Core(TM) i7", 8 * GIB, 16 * GIB)
RTX = Device("Vulkan0", "NVIDIA GeForce RTX 4060 Laptop GPU", 7 * GIB, 8 * GIB, DeviceType.GPU)


class Engine:
    """Counts how often the devices are asked for."""

    def __init__(self, *devices: Device) -> None:
        self.devices = devices
        self.asked = 0

    def __call__(self) -> EngineBuild:
        self.asked += 1
        return EngineBuild(self.devices, "", 20_000_000)


def probe_of(engine: Engine, memory: list[_Memory]) -> MachineProbe:
    return MachineProbe(engine, lambda: 30e9, lambda: memory[-1])


def test_memory_is_looked_up_each_time_and_devices_once() -> None:
    engine, memory = Engine(CPU, RTX), [_Memory(5, 10)]
    probe = probe_of(engine, memory)
    assert engine.asked == 0
    assert probe.look() == Machine(5, 10, (DeviceMemory("Vulkan0", 7 * GIB, 8 * GIB),), 30e9, 20_000_000)
    memory.append(_Memory(4, 10))
    assert probe.look().free_bytes == 4
    assert engine.asked == 1
    engine.devices = (CPU,)
    assert probe.look_again().devices == ()
    assert engine.asked == 2


def test_a_driver_that_ends_its_process_is_no_gpu() -> None:
    def dies() -> EngineBuild:
        raise EngineDied(code=-11, log="")

    assert MachineProbe(dies, lambda: 1.0, lambda: _Memory(1, 2)).look() == Machine(1, 2, (), 1.0)


@pytest.mark.parametrize(
    ("name", "description", "kind"),
    [
        ("MTL0", "Apple M3", DeviceType.GPU),
        ("Vulkan0", "Intel(R) Iris(R) Xe Graphics (RPL-P)", DeviceType.IGPU),
        ("Vulkan0", "AMD Radeon 780M Graphics (RADV PHOENIX)", DeviceType.IGPU),
        ("Vulkan0", "llvmpipe (LLVM 15.0.6, 256 bits)", DeviceType.GPU),
    ],
)
def test_gpus_that_share_the_memory(name: str, description: str, kind: DeviceType) -> None:
    built_in = Device(name, description, GIB, GIB, kind)
    assert [device.is_shared for device in usable_devices((CPU, built_in))] == [True]
    assert [device.name for device in usable_devices((CPU, built_in, RTX))] == [RTX.name]


@pytest.mark.parametrize(
    "description",
    ["NVIDIA GeForce RTX 3060", "AMD Radeon RX 7800 XT (RADV NAVI32)", "Intel(R) Arc(TM) A770 Graphics (DG2)"],
)
def test_gpus_with_memory_of_their_own(description: str) -> None:
    (device,) = usable_devices((Device("Vulkan0", description, GIB, GIB, DeviceType.GPU),))
    assert not device.is_shared


def test_no_gpus() -> None:
    blas, silent = Device("BLAS", "OpenBLAS", 0, 0, DeviceType.ACCEL), Device("Vulkan0", "?", 0, 0, DeviceType.GPU)
    assert usable_devices((CPU, blas, silent)) == ()
    assert without_devices(Machine(1, 2, (DeviceMemory("a", 1, 1),))) == Machine(1, 2)


def test_one_device_of_several() -> None:
    two = Machine(1, 2, (DeviceMemory("Vulkan0", 1, 1), DeviceMemory("Vulkan1", 2, 2)))
    assert with_device(two, "Vulkan1").devices == (two.devices[1],)
    assert with_device(two, "gone") == with_device(two, "") == two
    assert with_device(two, "CPU").devices == ()


def test_what_will_be_free_once_a_model_is_unloaded() -> None:
    two = Machine(1, 2, (DeviceMemory("Vulkan0", 1, 9), DeviceMemory("Vulkan1", 2, 9)))
    freed = with_free_memory(two, (DeviceMemory("Vulkan1", 8, 9), DeviceMemory("gone", 5, 9)))
    assert [device.free_bytes for device in freed.devices] == [1, 8]


def test_bandwidth_is_that_of_memory() -> None:
    assert 1e8 < measured_bandwidth() < 1e13


def test_this_machine() -> None:
    machine = MachineProbe(Engine(CPU)).look()
    assert 0 < machine.free_bytes <= machine.total_bytes
    assert machine.bandwidth > 0
