"""Loads a model file into llama.cpp, with progress and cancel, and tells from its log why one is refused."""

from __future__ import annotations

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
    CacheTypeUnsuitable,
    ContextTooBig,
    ModelDamaged,
    ModelMissing,
    ModelRefused,
    NotGguf,
    OutOfMemory,
)
from app.domain.fit import DeviceMemory
from app.domain.language_model import LoadRequest, ModelInfo, Tuning
from app.domain.load_memory import Reduced, Reduction
from app.domain.load_options import check
from app.domain.model_shape import DEFAULT_CONTEXT
from app.engine import tuning
from app.engine.context_size import choose_context, metadata
from app.engine.device_memory import gpus_hold_cache
from app.engine.llama_library import AbortFlag, Log, llama
from app.engine.load_facts import device_uses, layers_on_gpus
from app.engine.load_parameters import add_adapters, context_parameters, model_parameters, progress_callback
from app.engine.plan import Plan, make_plan
from app.engine.wire import FitStarted, Load, LoadPlanned

_NO_MEMORY: Final = re.compile(
    r"(failed|unable) to allocate|cannot allocate memory|bad_alloc|out of memory|OutOfDeviceMemory", re.IGNORECASE
)
_ARCHITECTURE: Final = re.compile(r"unknown model architecture: '([^']*)'")
_CACHE_TYPE: Final = re.compile(r"[KV] cache type (\S+) with block size \d+ does not divide")
_DAMAGE: Final = re.compile(r"not within the file bounds|corrupted or incomplete|read error|failed to read", re.I)


@dataclass(frozen=True)
class LoadedModel:
    """llama.cpp's model and context, until the process ends. ``template_problem``: its template is not to be tried."""

    model: Any
    context: Any
    info: ModelInfo
    template: str | None
    settings: Any
    """What the context was made with, as llama.cpp's ``llama_context_params``."""
    template_problem: str = ""


def load(
    command: Load,
    abort: AbortFlag,
    log: Log,
    on_progress: Callable[[float], None],
    on_plan: Callable[[FitStarted | LoadPlanned], None],
) -> LoadedModel | None:
    """Returns the loaded model, None when cancelled. ``on_progress`` gets fractions from 0 to 1.

    ``on_plan`` hears what goes where before anything is allocated. Raises ModelMissing, NotGguf, ModelDamaged,
    ArchitectureUnknown, OutOfMemory, ContextTooBig, ModelRefused, FlashAttentionNeeded, CacheTypeUnsuitable,
    AdapterUnsuitable.
    """
    began = time.monotonic()
    request = command.request
    check(request.options)
    if not Path(request.path).is_file():
        raise ModelMissing(path=request.path)
    settings = model_parameters(request.options)
    context_settings = context_parameters(request.options, _wanted_context(request), command.n_threads, abort)
    plan = make_plan(
        request, settings, context_settings, (lambda: on_plan(FitStarted())) if command.is_fitting else None
    )
    on_plan(LoadPlanned(plan.device_names, plan.n_gpu_layers, context_settings.n_ctx, context_settings.n_batch))
    callback = progress_callback(abort, on_progress)
    settings.progress_callback = callback
    model = llama.llama_model_load_from_file(os.fsencode(request.path), settings)
    if abort.is_set:
        return None
    if not model:
        raise _refusal(request, log)
    settings = _context_settings(command, model, abort, plan)
    tuned = _tuning(command, model, settings)
    if tuned is not None:
        tuning.apply(tuned, settings)
    context = _make_context(request, model, settings, log, plan)
    add_adapters(request.options, model, context, log)
    template = None if command.template_problem else llama.llama_model_chat_template(model, None)
    info = replace(_describe(command, model, context, time.monotonic() - began, bool(template)), tuning=tuned)
    return LoadedModel(
        model,
        context,
        _with_facts(info, request, plan, log),
        template.decode("utf-8", "replace") if template else None,
        settings,
        command.template_problem,
    )


def _wanted_context(request: LoadRequest) -> int:
    """Returns the tokens of context that a load plans for before the model file is open."""
    trained = request.shape.trained_context if request.shape else 0
    return request.n_ctx if request.n_ctx > 0 else min(trained or DEFAULT_CONTEXT, DEFAULT_CONTEXT)


def _context_settings(command: Load, model: Any, abort: AbortFlag, plan: Plan) -> Any:
    request = command.request
    if llama.llama_vocab_type(llama.llama_model_get_vocab(model)) == llama.LLAMA_VOCAB_TYPE_NONE:
        raise ModelRefused(path=request.path, log="it brings no vocabulary")
    n_ctx = choose_context(command, model, sum(device.free_bytes for device in plan.gpus))
    return context_parameters(request.options, n_ctx, command.n_threads, abort)


def _tuning(command: Load, model: Any, settings: Any) -> Tuning | None:
    """Returns how the model is to be calculated, measured now where that is asked for; the person's threads stay."""
    request = command.request
    guess = Tuning(int(settings.n_threads), int(settings.n_threads_batch), int(settings.n_batch))
    known = request.tuning
    if known is None and request.tune_as:
        counts = () if request.n_threads else tuning.thread_counts(command.n_cores)
        known = tuning.tune(model, settings, guess, counts, request.options)
    if known is not None and request.n_threads:
        return replace(known, n_threads=request.n_threads, n_threads_batch=request.n_threads)
    return known


def _make_context(request: LoadRequest, model: Any, settings: Any, log: Log, plan: Plan) -> Any:
    if not gpus_hold_cache(model, settings, plan.n_gpu_layers):
        raise OutOfMemory(name=request.name)
    context = llama.llama_init_from_model(model, settings)
    if not context:
        raise _context_refusal(request, log, int(settings.n_ctx))
    if not llama.llama_get_memory(context):
        raise ModelRefused(path=request.path, log="it does not generate text")
    return context


def _describe(command: Load, model: Any, context: Any, seconds: float, has_template: bool) -> ModelInfo:
    return ModelInfo(
        name=command.request.name,
        path=command.request.path,
        architecture=metadata(model, "general.architecture"),
        parameters=int(llama.llama_model_n_params(model)),
        n_ctx=int(llama.llama_n_ctx(context)),
        n_ctx_train=int(llama.llama_model_n_ctx_train(model)),
        n_threads=int(llama.llama_n_threads(context)),
        load_s=seconds,
        memory_bytes=0,
        has_template=has_template,
    )


def _with_facts(info: ModelInfo, request: LoadRequest, plan: Plan, log: Log) -> ModelInfo:
    """Adds what was taken of each device, and what is smaller than it was wanted."""
    gpu_layers, layers = layers_on_gpus(log.facts)
    reduced = []
    if plan.is_device_missing:
        reduced.append(Reduction(Reduced.DEVICE, 0, 0))
    wanted = request.n_ctx or min(info.n_ctx_train, DEFAULT_CONTEXT)
    if info.n_ctx < wanted:
        reduced.append(Reduction(Reduced.CONTEXT, wanted, info.n_ctx))
    uses = device_uses(log.facts, plan.device_names)
    gpus = tuple(DeviceMemory(device.name, device.free_bytes, device.total_bytes) for device in plan.gpus)
    return replace(
        info,
        memory=uses,
        gpu_layers=gpu_layers if plan.gpus else 0,
        layers=layers,
        reduced=tuple(reduced),
        gpus=gpus,
    )


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


def _context_refusal(request: LoadRequest, log: Log, n_ctx: int) -> AppError:
    """Returns why there is no context: the log tells of the type of the cache, or of memory."""
    told = "\n".join(log.lines)
    if unsuitable := _CACHE_TYPE.search(told):
        return CacheTypeUnsuitable(name=request.name, type=unsuitable.group(1))
    if _NO_MEMORY.search(told):
        return ContextTooBig(name=request.name, n_ctx=n_ctx, most=n_ctx // 2)
    return _refusal(request, log)
