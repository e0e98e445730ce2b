"""Turns the options of a load into the structures of ``llama.h``."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any, Final

from app.domain.errors import AdapterUnsuitable
from app.domain.load_options import LoadOptions
from app.engine.llama_library import AbortFlag, Log, llama

#: The numbers of ``enum ggml_type`` in ``ggml.h``; the binding lacks bf16.
_TYPES: Final = {
    "f32": 0, "f16": 1, "q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8, "iq4_nl": 20, "bf16": 30,
}  # fmt: skip
MOST_OUTPUTS: Final = 16
"""Tokens of a batch that can give logits: at a 152k vocabulary 16 take 4 MiB more than one, 32 take 13, 512 286."""

_FLASH_ATTENTION: Final = {
    "auto": llama.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
_ROPE: Final = {
    "": llama.LLAMA_ROPE_SCALING_TYPE_UNSPECIFIED,
    "none": llama.LLAMA_ROPE_SCALING_TYPE_NONE,
    "linear": llama.LLAMA_ROPE_SCALING_TYPE_LINEAR,
    "yarn": llama.LLAMA_ROPE_SCALING_TYPE_YARN,
    "longrope": llama.LLAMA_ROPE_SCALING_TYPE_LONGROPE,
}
_LOAD_MODES: Final = {
    (True, False): llama.LLAMA_LOAD_MODE_AUTO,
    (True, True): llama.LLAMA_LOAD_MODE_MMAP_MLOCK,
    (False, True): llama.LLAMA_LOAD_MODE_MLOCK,
    (False, False): llama.LLAMA_LOAD_MODE_NONE,
}


def model_parameters(options: LoadOptions) -> Any:
    """Returns ``llama_model_params`` but for devices and layers."""
    settings = llama.llama_model_default_params()
    settings.load_mode = _LOAD_MODES[options.use_mmap, options.use_mlock]
    return settings


def context_parameters(options: LoadOptions, n_ctx: int, n_threads: int, abort: AbortFlag) -> Any:
    """Returns ``llama_context_params`` for a context of ``n_ctx`` tokens and one sequence."""
    settings = llama.llama_context_default_params()
    settings.n_ctx = n_ctx
    settings.n_batch = max(1, min(options.n_batch, n_ctx))
    settings.n_ubatch = min(options.n_ubatch, settings.n_batch)
    settings.n_seq_max = 1
    settings.n_outputs_max = min(MOST_OUTPUTS, settings.n_batch)
    settings.n_threads = settings.n_threads_batch = n_threads
    settings.no_perf = False
    settings.abort_callback, settings.abort_callback_data = abort.callback, abort.data
    settings.type_k, settings.type_v = _TYPES[options.cache_type_k], _TYPES[options.cache_type_v]
    settings.flash_attn_type = _FLASH_ATTENTION[options.flash_attention]
    rope = options.rope
    settings.rope_scaling_type = _ROPE[rope.kind]
    settings.rope_freq_base, settings.rope_freq_scale = rope.freq_base, rope.freq_scale
    settings.yarn_ext_factor, settings.yarn_attn_factor = rope.ext_factor, rope.attn_factor
    settings.yarn_beta_fast, settings.yarn_beta_slow = rope.beta_fast, rope.beta_slow
    settings.yarn_orig_ctx = rope.original_context
    return settings


def progress_callback(abort: AbortFlag, on_progress: Callable[[float], None]) -> Any:
    """Returns what llama.cpp calls while it loads. The caller keeps a reference: C keeps none."""

    def progressed(fraction: float, _data: object) -> bool:
        on_progress(fraction)
        return not abort.is_set

    return llama.llama_progress_callback(progressed)


def add_adapters(options: LoadOptions, model: Any, context: Any, log: Log) -> None:
    """Loads the LoRA adapters and sets them on the context. Raises AdapterUnsuitable."""
    wanted = [adapter for adapter in options.adapters if adapter.scale]
    count = len(wanted)
    pointers = (llama.llama_adapter_lora_p_ctypes * count)()
    for number, adapter in enumerate(wanted):
        pointer = llama.llama_adapter_lora_init(model, os.fsencode(adapter.path))
        if not pointer:
            raise AdapterUnsuitable(path=adapter.path, reason=log.first_problem())
        pointers[number] = pointer
    scales = (ctypes.c_float * count)(*[adapter.scale for adapter in wanted])
    if count and llama.llama_set_adapters_lora(context, pointers, count, scales) != 0:
        raise AdapterUnsuitable(path=wanted[-1].path, reason=log.first_problem())
