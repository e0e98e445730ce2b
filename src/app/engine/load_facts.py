"""Reads from llama.cpp's log how much memory a load took of each device, and how many layers went to GPUs.

The C interface tells neither: ``llama_get_memory_breakdown`` returns a C++ map.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from app.domain.load_memory import DeviceUse
from app.domain.load_options import CPU

MIB: Final = 1 << 20

#: "load_tensors:   CPU_Mapped model buffer size =     3.76 MiB", with "KV", "RS", "compute", "output" or "LoRA".
_BUFFER: Final = re.compile(r":\s+(\S+)\s+(.*?)\s*buffer size =\s*([0-9.]+) MiB")
_LAYERS: Final = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_PARTS: Final = {"model": "weights", "LoRA": "weights", "KV": "cache", "compute": "compute", "output": "compute"}


def device_uses(facts: Iterable[str], devices: Sequence[str]) -> tuple[DeviceUse, ...]:
    """Returns the bytes on each of the GPUs named ``devices`` that has any, then those in the machine's memory."""
    found: dict[str, dict[str, float]] = {}
    for name, kind, mib in (match.groups() for line in facts if (match := _BUFFER.search(line))):
        parts = found.setdefault(_device_of(name, devices), {"weights": 0.0, "cache": 0.0, "compute": 0.0})
        parts[_PARTS.get(kind, "cache")] += float(mib) * MIB
    order = [name for name in (*devices, CPU) if name in found]
    return tuple(DeviceUse(name, *(round(size) for size in found[name].values())) for name in order)


def layers_on_gpus(facts: Iterable[str]) -> tuple[int, int]:
    """Returns how many layers are on GPUs, and of how many; zeros where this engine has no GPU."""
    matches = [match for line in facts if (match := _LAYERS.search(line))]
    return (int(matches[-1].group(1)), int(matches[-1].group(2))) if matches else (0, 0)


def _device_of(buffer: str, devices: Sequence[str]) -> str:
    """Returns the device of a buffer: ``Vulkan0`` is one, ``Vulkan_Host`` and ``CPU_Mapped`` are the machine's."""
    return next((name for name in devices if buffer == name or buffer.startswith(f"{name}_")), CPU)
