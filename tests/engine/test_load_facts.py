"""What llama.cpp's log tells of memory and layers."""

from __future__ import annotations

from app.domain.load_memory import DeviceUse
from app.engine.load_facts import device_uses, layers_on_gpus

MIB = 1 << 20
LOG = [
    "load_tensors: offloaded 12/33 layers to GPU",
    "load_tensors:   CPU_Mapped model buffer size =  100.00 MiB",
    "load_tensors:   CPU_REPACK model buffer size =   50.00 MiB",
    "load_tensors:      Vulkan1 model buffer size =  400.50 MiB",
    "load_tensors:     Vulkan10 model buffer size =    4.00 MiB",
    "llama_context: Vulkan_Host  output buffer size =     0.50 MiB",
    "llama_kv_cache:    Vulkan1 KV buffer size =    64.00 MiB",
    "llama_memory_recurrent:        CPU RS buffer size =     2.00 MiB",
    "sched_reserve:    Vulkan1 compute buffer size =    30.00 MiB",
    "sched_reserve: Vulkan_Host compute buffer size =    10.00 MiB",
    "llama_adapter_lora_init_impl:    Vulkan1 LoRA buffer size =     1.00 MiB",
    "something else of  100 MiB",
]


def test_buffers_by_device() -> None:
    uses = device_uses(LOG, ["Vulkan0", "Vulkan1", "Vulkan10"])
    assert uses == (
        DeviceUse("Vulkan1", round(401.5 * MIB), 64 * MIB, 30 * MIB),
        DeviceUse("Vulkan10", 4 * MIB, 0, 0),
        DeviceUse("CPU", 150 * MIB, 2 * MIB, round(10.5 * MIB)),
    )
    assert uses[-1].used == round(162.5 * MIB)
    assert device_uses([], []) == ()


def test_layers() -> None:
    assert layers_on_gpus(LOG) == (12, 33)
    assert layers_on_gpus(LOG[1:]) == (0, 0)
