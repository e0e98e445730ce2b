"""Forecasts in microseconds whether a language model fits a machine, how its memory divides, and how fast it is there.

It is arithmetic on what a header or the catalogue tells; what llama.cpp takes in the end is measured after the load.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.domain.load_memory import DeviceUse, MeasuredMemory
from app.domain.load_options import AUTOMATIC, CPU, LoadOptions
from app.domain.model_shape import DEFAULT_CONTEXT, ModelShape, cache_bytes, compute_bytes, vocabulary_bytes

MIB: Final = 1 << 20

HOST_RESERVE: Final = 512 * MIB
"""What stays free for the system and for Skald itself; at most an eighth of the memory."""

DEVICE_RESERVE: Final = 1024 * MIB
"""What stays free on a GPU, as ``--fit-target`` of llama.cpp has it by default; at most an eighth of its memory."""

READING_TOKENS_PER_S: Final = 5.3
"""How fast people read: 238 words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), 0.75 words a token."""

USED_BANDWIDTH: Final = 0.7
"""The share of the measured bandwidth that generation reaches; an estimate, on the safe side for few threads."""


class FitKind(StrEnum):
    """Where a language model runs: all of it on the GPU, some layers there, on the CPU alone, or nowhere."""

    GPU = "gpu"
    PARTLY = "partly"
    CPU = "cpu"
    TOO_BIG = "too_big"


class Speed(StrEnum):
    """Generation beside a person's reading: three times as fast, as fast, slower, or less than 1.5 tokens a second."""

    FAST = "fast"
    GOOD = "good"
    SLOW = "slow"
    VERY_SLOW = "very_slow"


@dataclass(frozen=True)
class DeviceMemory:
    """A GPU; one with ``is_shared`` memory takes it from the machine's."""

    name: str
    free_bytes: int
    total_bytes: int
    is_shared: bool = False


@dataclass(frozen=True)
class Machine:
    """Memory in bytes; ``bandwidth`` is how many bytes a second the CPU reads, 0 where it was not measured.

    ``devices`` are the GPUs that llama.cpp will use: those with shared memory only where there is no other.
    ``engine_bytes`` is what the engine process takes before it loads anything; with ``is_repacking`` it keeps weights
    of some types in another order beside the file that is mapped into memory.
    """

    free_bytes: int
    total_bytes: int
    devices: tuple[DeviceMemory, ...] = ()
    bandwidth: float = 0.0
    engine_bytes: int = 0
    is_repacking: bool = False


@dataclass(frozen=True)
class MemoryForecast:
    """Bytes of the weights, the KV cache and the compute buffers; ``reserve`` is what has to stay free beside them.

    ``process`` is what the engine process takes beside those: itself and the vocabulary. ``mapped`` are pages of the
    file that stay in memory beside weights in another order; the system takes them back when memory is short.
    """

    weights: int
    cache: int
    compute: int
    reserve: int
    process: int = 0
    mapped: int = 0

    @property
    def needed(self) -> int:
        """All that the model cannot do without."""
        return self.buffers + self.process

    @property
    def buffers(self) -> int:
        """What may lie on a GPU."""
        return self.weights + self.cache + self.compute

    @property
    def used(self) -> int:
        """All that the model takes."""
        return self.needed + self.mapped


@dataclass(frozen=True)
class Fit:
    """The forecast. ``gpu_layers`` of ``layers`` are on the GPU; ``missing_bytes`` is what a model too big lacks.

    ``tokens_per_s`` and ``speed`` tell of the work on the CPU: None where all is on the GPU, nothing fits or the
    bandwidth is not known. ``devices`` is the plan: what lies where, the machine's memory last. ``is_measured`` says
    that an earlier load took exactly this.
    """

    kind: FitKind
    memory: MemoryForecast
    n_ctx: int
    layers: int
    gpu_layers: int = 0
    missing_bytes: int = 0
    tokens_per_s: float | None = None
    speed: Speed | None = None
    is_estimated: bool = False
    devices: tuple[DeviceUse, ...] = ()
    is_measured: bool = False


def forecast(
    shape: ModelShape,
    machine: Machine,
    *,
    n_ctx: int = 0,
    unloaded_bytes: int = 0,
    unloaded_device_bytes: int = 0,
    options: LoadOptions = AUTOMATIC,
    most_layers: int = -1,
    measured: MeasuredMemory | None = None,
) -> Fit:
    """Returns how a model fits into the memory that is free, and into what unloading another one will free.

    ``n_ctx`` in tokens; 0 means what the engine chooses. ``unloaded_bytes`` of the machine's memory and
    ``unloaded_device_bytes`` of the GPUs' are free by the time that it loads. At most ``most_layers`` go to the GPUs
    where it is not negative. ``measured`` is what the same load took before; it counts where it fits.
    """
    n_ctx = n_ctx or min(shape.trained_context or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
    room = _Room(machine, unloaded_bytes, unloaded_device_bytes)
    if measured is not None:
        known = _measured_fit(shape, n_ctx, room, measured)
        if known is not None:
            return known
    memory = MemoryForecast(
        shape.weight_bytes,
        cache_bytes(shape, n_ctx, options),
        compute_bytes(shape, n_ctx, options),
        room.host_reserve,
        machine.engine_bytes + vocabulary_bytes(shape),
    )
    gpu_layers = _layers_that_fit(shape, memory, room.on_devices)
    if 0 <= most_layers <= shape.layers:
        gpu_layers = min(gpu_layers, most_layers)
    if gpu_layers == shape.layers:
        memory = replace(memory, reserve=room.host_reserve if room.is_shared else room.device_reserve)
        plan = _plan(shape, memory, machine, gpu_layers)
        return Fit(FitKind.GPU, memory, n_ctx, shape.layers, gpu_layers, 0, None, None, shape.is_estimated, plan)
    if machine.is_repacking and options.use_mmap:
        memory = replace(memory, mapped=int(shape.repackable * (1 - gpu_layers / (shape.layers + 1))))
    share = _device_share(shape, memory, gpu_layers)
    needed = memory.needed - (0 if room.is_shared else share)
    plan = _plan(shape, memory, machine, gpu_layers)
    if needed > room.on_host:
        missing = needed - room.on_host
        return Fit(FitKind.TOO_BIG, memory, n_ctx, shape.layers, 0, missing, None, None, shape.is_estimated, plan)
    pace = _tokens_per_s(shape, memory, machine.bandwidth, 1 - gpu_layers / (shape.layers + 1))
    kind = FitKind.PARTLY if gpu_layers else FitKind.CPU
    speed = None if pace is None else speed_of(pace)
    return Fit(kind, memory, n_ctx, shape.layers, gpu_layers, 0, pace, speed, shape.is_estimated, plan)


def speed_of(tokens_per_s: float) -> Speed:
    """Returns the class of a pace."""
    if tokens_per_s >= 3 * READING_TOKENS_PER_S:
        return Speed.FAST
    if tokens_per_s >= READING_TOKENS_PER_S:
        return Speed.GOOD
    return Speed.SLOW if tokens_per_s >= 1.5 else Speed.VERY_SLOW


def device_reserve(total_bytes: int) -> int:
    """Returns how much of a GPU's memory stays free."""
    return min(DEVICE_RESERVE, total_bytes // 8)


class _Room:
    """The bytes that a model may take: of the machine's memory, and of all GPUs together.

    llama.cpp divides the layers among the GPUs; one with shared memory has no more than the machine.
    """

    def __init__(self, machine: Machine, unloaded: int, unloaded_on_devices: int) -> None:
        self.machine = machine
        self.is_shared = any(device.is_shared for device in machine.devices)
        self.host_reserve = min(HOST_RESERVE, machine.total_bytes // 8)
        self.device_reserve = sum(device_reserve(device.total_bytes) for device in machine.devices)
        self.on_host = machine.free_bytes + unloaded - self.host_reserve
        free = [max(0, device.free_bytes - device_reserve(device.total_bytes)) for device in machine.devices]
        self.on_devices = unloaded_on_devices + sum(free) if free else 0
        if self.is_shared:
            self.on_devices = min(self.on_devices, self.on_host)


def _measured_fit(shape: ModelShape, n_ctx: int, room: _Room, measured: MeasuredMemory) -> Fit | None:
    """Returns the forecast that repeats a measured load, None where that does not fit now."""
    known = {CPU, *(device.name for device in room.machine.devices)}
    if any(use.device not in known for use in measured.devices):
        return None
    on_host = sum(use.used for use in measured.devices if use.device == CPU) + measured.process
    on_devices = sum(use.used for use in measured.devices if use.device != CPU)
    needed = on_host + on_devices if room.is_shared else on_host
    if needed > room.on_host or on_devices > room.on_devices:
        return None
    is_whole = 0 < measured.layers <= measured.gpu_layers
    reserve = room.device_reserve if is_whole and not room.is_shared else room.host_reserve
    weights, cache, compute = (
        sum(getattr(use, part) for use in measured.devices) for part in ("weights", "cache", "compute")
    )
    memory = MemoryForecast(weights, cache, compute, reserve, measured.process)
    share = 1 - measured.gpu_layers / max(measured.layers, 1)
    pace = None if is_whole else _tokens_per_s(shape, memory, room.machine.bandwidth, share)
    kind = FitKind.GPU if is_whole else FitKind.PARTLY if measured.gpu_layers else FitKind.CPU
    return Fit(
        kind, memory, n_ctx, shape.layers, min(measured.gpu_layers, shape.layers), 0, pace,
        None if pace is None else speed_of(pace), devices=measured.devices, is_measured=True,
    )  # fmt: skip


def _plan(shape: ModelShape, memory: MemoryForecast, machine: Machine, gpu_layers: int) -> tuple[DeviceUse, ...]:
    """Returns what lies where: the GPUs' part divided by their free memory, as llama.cpp does."""
    free = sum(device.free_bytes for device in machine.devices)
    part = 1.0 if gpu_layers == shape.layers else gpu_layers / (shape.layers + 1)
    uses = [
        DeviceUse(
            device.name,
            int(memory.weights * part * device.free_bytes / free),
            int(memory.cache * part * device.free_bytes / free),
            memory.compute if gpu_layers else 0,
        )
        for device in machine.devices
        if free > 0
    ]
    weights = memory.weights - sum(use.weights for use in uses)
    cache = memory.cache - sum(use.cache for use in uses)
    return (*uses, DeviceUse(CPU, weights, cache, 0 if part == 1.0 and uses else memory.compute))


def _layers_that_fit(shape: ModelShape, memory: MemoryForecast, room: int) -> int:
    """Returns how many layers fit; all of them only together with the output layer."""
    if memory.buffers <= room:
        return shape.layers
    by_layer = (memory.weights + memory.cache) / (shape.layers + 1)
    return max(0, min(shape.layers - 1, int((room - memory.compute) / max(by_layer, 1))))


def _device_share(shape: ModelShape, memory: MemoryForecast, gpu_layers: int) -> int:
    """Returns the bytes of weights and cache that are on the GPU."""
    return int((memory.weights + memory.cache) * gpu_layers / (shape.layers + 1))


def _tokens_per_s(shape: ModelShape, memory: MemoryForecast, bandwidth: float, share: float) -> float | None:
    """Returns the pace at which the CPU reads its ``share`` of the weights and of a half-filled cache a token."""
    if bandwidth <= 0:
        return None
    read = (shape.read_bytes or shape.weight_bytes) + memory.cache / 2
    return bandwidth * USED_BANDWIDTH / max(read * share, 1.0)
