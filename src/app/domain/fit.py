"""Forecasts in microseconds whether a language model fits a machine, how its memory divides, and how fast it is there.

It is arithmetic on what a header or the catalogue tells; what llama.cpp takes in the end is measured after the load.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MIB: Final = 1 << 20
DEFAULT_CONTEXT: Final = 8192
"""Tokens of context where nothing is asked for and the model allows more, as the engine loads it."""

CACHE_BYTES: Final = 2
"""A number of the KV cache is a 16-bit float."""

BATCH: Final = 512
"""Tokens that are evaluated at once (``n_ubatch``)."""

HOST_RESERVE: Final = 512 * MIB
"""What stays free for the system and for Skald itself; at most an eighth of the memory."""

DEVICE_RESERVE: Final = 1024 * MIB
"""What stays free on a GPU, as ``--fit-target`` of llama.cpp has it by default; at most an eighth of its memory."""

READING_TOKENS_PER_S: Final = 5.3
"""How fast people read: 238 words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), 0.75 words a token."""

USED_BANDWIDTH: Final = 0.7
"""The share of the measured bandwidth that generation reaches; an estimate, on the safe side for few threads."""

ASSUMED_BITS: Final = 5.0
"""Bits a weight of a file that tells nothing of its parameters."""


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
class ModelShape:
    """What the forecast needs to know of a language model.

    ``weight_bytes``: the model file with all its parts. ``layers``: its blocks. ``cache_numbers``: the numbers that the
    KV cache keeps for a token, keys and values over all layers. ``working_numbers``: those that llama.cpp works on for
    a token at once. ``read_bytes``: the weights that are read for a token; 0 means all of them.
    ``trained_context``: tokens, 0 where it is not known. ``is_estimated``: the numbers come from the size alone.
    """

    weight_bytes: int
    layers: int
    cache_numbers: int
    working_numbers: int
    read_bytes: int = 0
    trained_context: int = 0
    is_estimated: bool = False


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
    """

    free_bytes: int
    total_bytes: int
    devices: tuple[DeviceMemory, ...] = ()
    bandwidth: float = 0.0


@dataclass(frozen=True)
class MemoryForecast:
    """Bytes of the weights, the KV cache and the compute buffers; ``reserve`` is what has to stay free beside them."""

    weights: int
    cache: int
    compute: int
    reserve: int

    @property
    def used(self) -> int:
        """What the model itself takes."""
        return self.weights + self.cache + self.compute


@dataclass(frozen=True)
class Fit:
    """The forecast. ``gpu_layers`` of ``layers`` are on the GPU; ``missing_bytes`` is what a model too big lacks.

    ``tokens_per_s`` and ``speed`` tell of the work on the CPU: None where all is on the GPU, nothing fits or the
    bandwidth is not known.
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


def forecast(
    shape: ModelShape, machine: Machine, *, n_ctx: int = 0, unloaded_bytes: int = 0, unloaded_device_bytes: int = 0
) -> Fit:
    """Returns how a model fits into the memory that is free, and into what unloading another one will free.

    ``n_ctx`` in tokens; 0 means what the engine chooses. ``unloaded_bytes`` of the machine's memory and
    ``unloaded_device_bytes`` of the GPUs' are free by the time that it loads.
    """
    n_ctx = n_ctx or min(shape.trained_context or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
    host_reserve = min(HOST_RESERVE, machine.total_bytes // 8)
    host = machine.free_bytes + unloaded_bytes - host_reserve
    memory = MemoryForecast(shape.weight_bytes, cache_bytes(shape, n_ctx), compute_bytes(shape, n_ctx), host_reserve)
    is_shared = any(device.is_shared for device in machine.devices)
    on_device = _device_room(machine, unloaded_device_bytes)
    if is_shared:
        on_device = min(on_device, host)
    gpu_layers = _layers_that_fit(shape, memory, on_device)
    if gpu_layers == shape.layers:
        reserve = host_reserve if is_shared else sum(map(_device_reserve, machine.devices))
        memory = MemoryForecast(memory.weights, memory.cache, memory.compute, reserve)
        return Fit(FitKind.GPU, memory, n_ctx, shape.layers, gpu_layers, is_estimated=shape.is_estimated)
    share = _device_share(shape, memory, gpu_layers)
    needed = memory.used - (0 if is_shared else share)
    if needed > host:
        return Fit(
            FitKind.TOO_BIG, memory, n_ctx, shape.layers, missing_bytes=needed - host, is_estimated=shape.is_estimated
        )
    pace = _tokens_per_s(shape, memory, machine.bandwidth, 1 - gpu_layers / (shape.layers + 1))
    kind = FitKind.PARTLY if gpu_layers else FitKind.CPU
    speed = None if pace is None else speed_of(pace)
    return Fit(kind, memory, n_ctx, shape.layers, gpu_layers, 0, pace, speed, shape.is_estimated)


def cache_bytes(shape: ModelShape, n_ctx: int) -> int:
    """Returns the size of the KV cache; llama.cpp pads the context to 256 tokens.

    It is the full one for layers with a sliding window too: the engine keeps ``swa_full``, llama.cpp's default.
    """
    return -(-n_ctx // 256) * 256 * shape.cache_numbers * CACHE_BYTES


def compute_bytes(shape: ModelShape, n_ctx: int) -> int:
    """Returns the size of the compute buffer on the CPU, with flash attention and one output.

    Measured with llama.cpp 0c1e57098 on three shapes from 2,048 to 32,768 tokens: a batch of 32-bit floats, and a
    mask of a 16-bit float for each token of the batch and of the context; exact to 0.02 MiB.
    """
    return BATCH * 4 * shape.working_numbers + BATCH * 2 * n_ctx


def estimated_shape(weight_bytes: int, parameters: int, trained_context: int = 0) -> ModelShape:
    """Returns a shape where only the size is known (``parameters`` may be 0): powers drawn through common dense models.

    Qwen 2.5, Llama 3.x, Qwen 3 and Phi 4 from 0.5B to 14B: layers within a fifth; cache and work rather too large.
    """
    billions = max(parameters or weight_bytes * 8 / ASSUMED_BITS, 1e6) / 1e9
    return ModelShape(
        weight_bytes=weight_bytes,
        layers=max(2, round(26 * billions**0.18)),
        cache_numbers=round(40_960 * billions**0.35),
        working_numbers=round(28_000 * billions**0.35),
        trained_context=trained_context,
        is_estimated=True,
    )


def speed_of(tokens_per_s: float) -> Speed:
    """Returns the class of a pace."""
    if tokens_per_s >= 3 * READING_TOKENS_PER_S:
        return Speed.FAST
    if tokens_per_s >= READING_TOKENS_PER_S:
        return Speed.GOOD
    return Speed.SLOW if tokens_per_s >= 1.5 else Speed.VERY_SLOW


def _device_reserve(device: DeviceMemory) -> int:
    return min(DEVICE_RESERVE, device.total_bytes // 8)


def _device_room(machine: Machine, unloaded: int) -> int:
    """Returns the bytes that a model may take on all GPUs together: llama.cpp divides the layers among them."""
    if not machine.devices:
        return 0
    return unloaded + sum(max(0, device.free_bytes - _device_reserve(device)) for device in machine.devices)


def _layers_that_fit(shape: ModelShape, memory: MemoryForecast, room: int) -> int:
    """Returns how many layers fit; all of them only together with the output layer."""
    if memory.used <= room:
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
