"""The first model is as large as this machine can run at reading speed, and never too big."""

from __future__ import annotations

from app.domain.fit import DeviceMemory, Machine
from app.services.first_model import first_model
from app.services.offers import recommended

GIB = 1 << 30


def machine(memory: int, bandwidth: float, gpus: tuple[DeviceMemory, ...] = ()) -> Machine:
    return Machine(memory, memory, gpus, bandwidth)


def test_a_faster_machine_gets_a_larger_model() -> None:
    slow, fast = (first_model(machine(64 * GIB, bandwidth), "en") for bandwidth in (1e10, 1e12))
    assert slow is not None
    assert fast is not None
    assert slow.bytes < fast.bytes


def test_it_fits_and_is_one_of_the_recommended() -> None:
    small = machine(3 * GIB, 2e10)
    offer = first_model(small, "zh_CN")
    assert offer in recommended(small, "zh_CN")
    assert offer is not None
    assert offer.kind != "too_big"
    assert offer.bytes < 3 * GIB


def test_a_machine_on_which_all_are_slow_gets_the_smallest() -> None:
    offer = first_model(machine(64 * GIB, 1e7), "en")
    assert offer is not None
    assert offer.bytes == min(one.bytes for one in recommended(machine(64 * GIB, 1e7), "en"))


def test_without_room_there_is_none() -> None:
    assert first_model(machine(1 << 20, 1e10), "en") is None
