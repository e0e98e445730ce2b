"""Chooses the context of a loaded model: what was asked for, or as much of the default as memory holds."""

from __future__ import annotations

import ctypes
from typing import Any, Final

from app.domain.errors import ContextTooBig
from app.domain.fit import HOST_RESERVE
from app.domain.load_options import LoadOptions
from app.domain.model_shape import DEFAULT_CONTEXT, SMALLEST_CONTEXT, ModelShape, cache_bytes_per_token
from app.engine.llama_library import llama
from app.engine.wire import Load

_STEP: Final = 256


def choose_context(command: Load, model: Any, gpu_bytes: int) -> int:
    """Returns the tokens of context to make. Raises ContextTooBig where memory cannot hold them.

    ``gpu_bytes`` of memory are free on the GPUs in use. llama.cpp would take any size: the system promises more memory
    than there is, and ends the process later.
    """
    request = command.request
    trained = int(llama.llama_model_n_ctx_train(model))
    wanted = request.n_ctx if request.n_ctx > 0 else min(trained, DEFAULT_CONTEXT)
    a_token = _cache_bytes_of_token(model, request.options)
    if not a_token:
        return wanted
    available = command.memory_available + gpu_bytes
    reserve = min(HOST_RESERVE, available // 8)
    weights = int(llama.llama_model_size(model))
    if request.n_ctx > 0:
        kept = weights if weights < available else 0  # what memory does not hold is read again and again from the file
        if wanted * a_token + kept > available:
            most = min(_fitting(available - reserve - kept, a_token), trained)
            raise ContextTooBig(name=request.name, n_ctx=wanted, most=most)
        return wanted
    smallest = min(wanted, SMALLEST_CONTEXT)
    if smallest * a_token > available:
        raise ContextTooBig(name=request.name, n_ctx=smallest, most=_fitting(available - reserve, a_token))
    return min(wanted, max(_fitting(available - reserve - weights, a_token), smallest))


def metadata(model: Any, key: str) -> str:
    """Returns a value of a model file's metadata as a text, empty where there is none."""
    buffer = ctypes.create_string_buffer(256)
    found = llama.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace") if found >= 0 else ""


def _fitting(room: int, a_token: float) -> int:
    """Returns how many tokens fit into ``room`` bytes, in llama.cpp's steps."""
    return max(0, int(room / a_token) // _STEP * _STEP)


def _cache_bytes_of_token(model: Any, options: LoadOptions) -> float:
    """Returns how many bytes keys and values of a token take, 0 where the model keeps none."""
    heads = max(1, int(llama.llama_model_n_head(model)))
    size = int(llama.llama_model_n_embd(model)) // heads
    architecture = metadata(model, "general.architecture")
    kept = int(llama.llama_model_n_layer(model)) * int(llama.llama_model_n_head_kv(model))
    lengths = (metadata(model, f"{architecture}.attention.{part}_length") for part in ("key", "value"))
    keys, values = (kept * (int(length) if length.isdecimal() else size) for length in lengths)
    return cache_bytes_per_token(ModelShape(0, 1, keys + values, 0, value_numbers=values), options)
