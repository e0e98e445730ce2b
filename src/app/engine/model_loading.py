"""Loads a model file into llama.cpp, with progress and cancel, and tells from its log why one is refused."""

from __future__ import annotations

import ctypes
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from app.domain.errors import (
    AppError,
    ArchitectureUnknown,
    ModelDamaged,
    ModelMissing,
    ModelRefused,
    NotGguf,
    OutOfMemory,
)
from app.domain.language_model import LoadRequest, ModelInfo, Tuning
from app.engine import tuning
from app.engine.llama_library import AbortFlag, Log, llama
from app.engine.wire import Load

DEFAULT_CONTEXT: Final = 8192
"""Tokens of context where the person asks for nothing and the model allows more."""

MOST_OUTPUTS: Final = 16
"""Tokens of a batch that can give logits: at a 152k vocabulary 16 take 4 MiB more than one, 32 take 13, 512 286."""

_NO_MEMORY: Final = re.compile(r"failed to allocate|unable to allocate|bad_alloc|out of memory|OutOfDeviceMemory", re.I)
_ARCHITECTURE: Final = re.compile(r"unknown model architecture: '([^']*)'")
_DAMAGE: Final = re.compile(r"not within the file bounds|corrupted or incomplete|read error|failed to read", re.I)


@dataclass(frozen=True)
class LoadedModel:
    """llama.cpp's model and context, until the process ends."""

    model: Any
    context: Any
    info: ModelInfo
    template: str | None


def load(command: Load, abort: AbortFlag, log: Log, on_progress: Callable[[float], None]) -> LoadedModel | None:
    """Returns the loaded model, None when cancelled. ``on_progress`` gets fractions from 0 to 1.

    Raises ModelMissing, NotGguf, ModelDamaged, ArchitectureUnknown, OutOfMemory or ModelRefused.
    """
    began = time.monotonic()
    request = command.request
    if not Path(request.path).is_file():
        raise ModelMissing(path=request.path)
    model = _load_model(request, abort, on_progress)
    if abort.is_set:
        return None
    if not model:
        raise _refusal(request, log)
    settings = _context_settings(command, model, abort)
    tuned = _tuning(command, model, settings)
    if tuned is not None:
        tuning.apply(tuned, settings)
    context = _make_context(request, model, settings, log)
    template = llama.llama_model_chat_template(model, None)
    return LoadedModel(
        model,
        context,
        replace(_describe(command, model, context, time.monotonic() - began, bool(template)), tuning=tuned),
        template.decode("utf-8", "replace") if template else None,
    )


def _load_model(request: LoadRequest, abort: AbortFlag, on_progress: Callable[[float], None]) -> Any:
    def progressed(fraction: float, _data: object) -> bool:
        on_progress(fraction)
        return not abort.is_set

    settings = llama.llama_model_default_params()
    settings.n_gpu_layers = request.n_gpu_layers
    callback = llama.llama_progress_callback(progressed)  # a reference of ours: C keeps none
    settings.progress_callback = callback
    return llama.llama_model_load_from_file(os.fsencode(request.path), settings)


def _context_settings(command: Load, model: Any, abort: AbortFlag) -> Any:
    request = command.request
    if llama.llama_vocab_type(llama.llama_model_get_vocab(model)) == llama.LLAMA_VOCAB_TYPE_NONE:
        raise ModelRefused(path=request.path, log="it brings no vocabulary")
    trained = int(llama.llama_model_n_ctx_train(model))
    n_ctx = request.n_ctx if request.n_ctx > 0 else min(trained, DEFAULT_CONTEXT)
    if _cache_bytes(model, n_ctx) > command.memory_available:
        raise OutOfMemory(name=request.name)
    settings = llama.llama_context_default_params()
    settings.n_ctx = n_ctx
    settings.n_batch = max(1, min(request.n_batch, n_ctx))
    settings.n_ubatch = min(512, settings.n_batch)
    settings.n_seq_max = 1
    settings.n_outputs_max = min(MOST_OUTPUTS, settings.n_batch)
    settings.n_threads = settings.n_threads_batch = command.n_threads
    settings.no_perf = False
    settings.abort_callback, settings.abort_callback_data = abort.callback, abort.data
    return settings


def _tuning(command: Load, model: Any, settings: Any) -> Tuning | None:
    """Returns how the model is to be calculated, measured now where that is asked for; the person's threads stay."""
    request = command.request
    guess = Tuning(int(settings.n_threads), int(settings.n_threads_batch), int(settings.n_batch))
    known = request.tuning
    if known is None and request.tune_as:
        counts = () if request.n_threads else tuning.thread_counts(command.n_cores)
        known = tuning.tune(model, settings, guess, counts)
    if known is not None and request.n_threads:
        return replace(known, n_threads=request.n_threads, n_threads_batch=request.n_threads)
    return known


def _make_context(request: LoadRequest, model: Any, settings: Any, log: Log) -> Any:
    context = llama.llama_init_from_model(model, settings)
    if not context:
        raise _refusal(request, log)
    if not llama.llama_get_memory(context):
        raise ModelRefused(path=request.path, log="it does not generate text")
    return context


def _cache_bytes(model: Any, n_ctx: int) -> int:
    """Returns about how many bytes the keys and values of ``n_ctx`` tokens take, at 16 bits a number."""
    heads = max(1, int(llama.llama_model_n_head(model)))
    head_size = int(llama.llama_model_n_embd(model)) // heads
    numbers = int(llama.llama_model_n_layer(model)) * int(llama.llama_model_n_head_kv(model)) * head_size
    return 2 * 2 * n_ctx * numbers


def _describe(command: Load, model: Any, context: Any, seconds: float, has_template: bool) -> ModelInfo:
    return ModelInfo(
        name=command.request.name,
        path=command.request.path,
        architecture=_metadata(model, "general.architecture"),
        parameters=int(llama.llama_model_n_params(model)),
        n_ctx=int(llama.llama_n_ctx(context)),
        n_ctx_train=int(llama.llama_model_n_ctx_train(model)),
        n_threads=int(llama.llama_n_threads(context)),
        load_s=seconds,
        memory_bytes=0,
        has_template=has_template,
    )


def _metadata(model: Any, key: str) -> str:
    buffer = ctypes.create_string_buffer(256)
    found = llama.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
    return buffer.value.decode("utf-8", "replace") if found >= 0 else ""


def _refusal(request: LoadRequest, log: Log) -> AppError:
    """Returns the error that llama.cpp's log tells of."""
    told = "\n".join(log.lines)
    architecture = _ARCHITECTURE.search(told)
    if architecture:
        return ArchitectureUnknown(path=request.path, architecture=architecture.group(1))
    if _NO_MEMORY.search(told):
        return OutOfMemory(name=request.name)
    reason = log.first_problem()
    if "invalid magic" in told:
        return NotGguf(path=request.path)
    if _DAMAGE.search(told):
        return ModelDamaged(path=request.path, reason=reason)
    return ModelRefused(path=request.path, log=reason)
