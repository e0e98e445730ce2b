"""What a loaded model takes of each device, and what was made smaller so that it fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class DeviceUse:
    """Bytes that a model takes of one device (ggml's name, ``CPU`` for the machine's memory)."""

    device: str
    weights: int = 0
    cache: int = 0
    compute: int = 0

    @property
    def used(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.compute


class Reduced(StrEnum):
    """What can be made smaller when memory is short, and a device that is not there."""

    LAYERS = "layers"
    BATCH = "batch"
    CONTEXT = "context"
    DEVICE = "device"


@dataclass(frozen=True)
class Reduction:
    """What a load made smaller than it was wanted: layers on the GPU, tokens of a batch, tokens of context."""

    what: Reduced
    wanted: int
    given: int


@dataclass(frozen=True)
class MeasuredMemory:
    """What a load really took: of each device, and ``process`` bytes of the engine process beside that."""

    devices: tuple[DeviceUse, ...]
    process: int
    gpu_layers: int
    layers: int
