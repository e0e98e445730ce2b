"""Asks the GPUs whether they hold a context's keys and values, because llama.cpp ends the process where one does not.

Where a context is larger than a GPU's free memory, its driver refuses it and llama.cpp fails cleanly; but not every
driver does. And where a layer's keys are larger than what one buffer of a Vulkan device shows to a shader
(``maxStorageBufferRange``), they are allocated and then the process ends: "pre-allocated tensor in a buffer that cannot
run the operation" (``ggml-backend.cpp``). Sources: ``ggml-backend.h``, ``ggml.h``, ``llama-model.cpp``.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from app.engine.devices import _function
from app.engine.llama_library import llama

CELLS_MULTIPLE: Final = 256
"""llama.cpp rounds the size of a context up to this many tokens."""

_GPU: Final = 1
_INTEGRATED_GPU: Final = 2


class _ContextParameters(ctypes.Structure):
    """``ggml_init_params``."""

    _fields_ = (("mem_size", ctypes.c_size_t), ("mem_buffer", ctypes.c_void_p), ("no_alloc", ctypes.c_bool))


def gpus_hold_cache(model: Any, settings: Any, n_gpu_layers: int) -> bool:
    """Whether the GPUs have room for the keys and values that are kept on them.

    ``settings`` are the ``llama_context_params`` of the context to be made. ``n_gpu_layers`` is as for llama.cpp: so
    many from the end, the output being one; negative means all. True where there is no GPU.
    """
    devices = _gpus()
    n_layers = layers_on_gpu(int(llama.llama_model_n_layer(model)), n_gpu_layers)
    if not devices or not n_layers:
        return True
    cells = -(-int(settings.n_ctx) // CELLS_MULTIPLE) * CELLS_MULTIPLE
    sizes = []
    for numbers, kind in zip(_numbers_per_token(model), (settings.type_k, settings.type_v), strict=True):
        with _tensor(kind, cells * numbers) as tensor:
            if not all(_can_address(device, tensor) for device in devices):
                return False
            sizes.append(_bytes(tensor))
    if llama.llama_model_is_hybrid(model) or llama.llama_model_is_recurrent(model):
        return True  # only some of the layers keep keys and values
    return n_layers * sum(sizes) <= sum(map(_free_bytes, devices))


def _gpus() -> list[Any]:
    """Returns the devices that llama.cpp puts layers on: all GPUs with their own memory, else the first integrated."""
    count = _function("ggml_backend_dev_count", ctypes.c_size_t)
    get = _function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
    kind = _function("ggml_backend_dev_type", ctypes.c_int, ctypes.c_void_p)
    devices = [get(number) for number in range(count())]
    own = [device for device in devices if kind(device) == _GPU]
    return own or [device for device in devices if kind(device) == _INTEGRATED_GPU][:1]


def layers_on_gpu(n_layers: int, n_gpu_layers: int) -> int:
    """Returns how many layers with keys and values are on GPUs: the output layer goes first."""
    return n_layers if n_gpu_layers < 0 else min(n_layers, max(0, n_gpu_layers - 1))


def _numbers_per_token(model: Any) -> tuple[int, int]:
    """Returns how many numbers one layer keeps for a token: of the key and of the value."""
    heads = int(llama.llama_model_n_head_kv(model))
    usual = int(llama.llama_model_n_embd(model)) // max(1, int(llama.llama_model_n_head(model)))
    architecture = _metadata(model, "general.architecture")
    key, value = (
        int(length) if (length := _metadata(model, f"{architecture}.attention.{name}_length")).isdigit() else usual
        for name in ("key", "value")
    )
    return heads * key, heads * value


def _metadata(model: Any, key: str) -> str:
    buffer = ctypes.create_string_buffer(256)
    found = llama.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace") if found >= 0 else ""


def _free_bytes(device: Any) -> int:
    size_pointer = ctypes.POINTER(ctypes.c_size_t)
    memory = _function("ggml_backend_dev_memory", None, ctypes.c_void_p, size_pointer, size_pointer)
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    memory(device, ctypes.byref(free), ctypes.byref(total))
    return free.value


def _can_address(device: Any, tensor: Any) -> bool:
    """Whether the device can work on a tensor of this size."""
    supports = _function("ggml_backend_dev_supports_op", ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)
    return bool(supports(device, tensor))


def _bytes(tensor: Any) -> int:
    return int(_function("ggml_nbytes", ctypes.c_size_t, ctypes.c_void_p)(tensor))


@contextmanager
def _tensor(kind: int, numbers: int) -> Iterator[Any]:
    """Gives a tensor of the ``ggml_type`` without memory behind it."""
    overhead = _function("ggml_tensor_overhead", ctypes.c_size_t)
    init = _function("ggml_init", ctypes.c_void_p, _ContextParameters)
    new = _function("ggml_new_tensor_1d", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
    free = _function("ggml_free", None, ctypes.c_void_p)
    context = init(_ContextParameters(2 * overhead(), None, True))
    try:
        yield new(context, kind, numbers)
    finally:
        free(context)
