"""Model files on disk and the language model that was loaded from one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.fit import DeviceMemory
from app.domain.generation import SamplingParameters
from app.domain.load_memory import DeviceUse, Reduction
from app.domain.load_options import AUTOMATIC, LoadOptions
from app.domain.model_shape import ModelShape

STARTER: Final = "starter"
"""The name of the model file that ships with the program."""


@dataclass(frozen=True)
class ModelFile:
    """A GGUF on disk, as its header describes it.

    ``parameters`` is a count, ``context_length`` what it was trained for (tokens). ``source`` says where it
    comes from: ``bundled`` (the starter), ``imported`` (used in place), ``moved`` (moved into our folder),
    ``downloaded`` (from the Hub), ``file`` (named by its path), or the program that it belongs to: ``huggingface``,
    ``lm_studio``, ``ollama``, ``jan``, ``gpt4all``.

    ``sha256`` is the hash of the content where its store tells (not measured), ``same_as`` the name of an earlier
    entry of the list with the same content, ``repository`` the Hub's ``owner/name``. A split model has all its files
    in ``parts``, the first one is ``path``; ``bytes`` and ``parameters`` are then those of all together. ``licence`` is
    what its header says, and ``recommended_sampling`` how it wants to be sampled.
    """

    name: str
    path: Path
    bytes: int
    quantization: str
    architecture: str
    parameters: int
    context_length: int
    source: str
    sha256: str = ""
    same_as: str = ""
    repository: str = ""
    parts: tuple[Path, ...] = ()
    licence: str = ""
    recommended_sampling: SamplingParameters | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file of it, the one that llama.cpp opens first."""
        return self.parts or (self.path,)


@dataclass(frozen=True)
class Tuning:
    """How a model is calculated fastest on one machine, as it was measured there.

    ``n_threads`` generate, ``n_threads_batch`` evaluate prompts, ``n_batch`` tokens of them at once.
    """

    n_threads: int
    n_threads_batch: int
    n_batch: int
    flash_attention: bool = True


@dataclass(frozen=True)
class LoadRequest:
    """What to load and how. Zero for ``n_ctx``, ``n_threads`` means: choose (at most the trained context).

    ``idle_seconds`` is how long the model stays in memory without a request; 0 means until it is unloaded.
    ``shape`` lets the engine estimate how many layers fit where llama.cpp cannot tell. ``tuning`` is what was measured
    for it before. Where it is None and ``tune_as`` names the place to keep one, it is measured now.
    """

    path: str
    name: str
    n_ctx: int = 0
    n_threads: int = 0
    n_gpu_layers: int = -1
    idle_seconds: float = 0.0
    options: LoadOptions = AUTOMATIC
    shape: ModelShape | None = None
    tuning: Tuning | None = None
    tune_as: str = ""


@dataclass(frozen=True)
class ModelInfo:
    """A language model that is loaded. ``memory_bytes`` is the engine process's resident memory after the load.

    ``memory`` is what llama.cpp took of each device, ``gpu_layers`` of ``layers`` are on GPUs (the output counts as a
    layer), ``reduced`` is what had to be made smaller, ``request`` what was asked for. ``gpus`` are those it may use,
    with the memory that was free before the load: what will be free once it is unloaded. ``tuning`` is what it is
    calculated by, where that was measured.

    ``template_problem`` says why ChatML stands in for the model's own chat template, "" where it does not.
    ``can_think``: the model reasons before it answers; ``can_switch_thinking``: its template can switch that on and
    off; ``thinks_by_default``: it does so unasked.
    """

    name: str
    path: str
    architecture: str
    parameters: int
    n_ctx: int
    n_ctx_train: int
    n_threads: int
    load_s: float
    memory_bytes: int
    has_template: bool
    template_problem: str = ""
    can_think: bool = False
    can_switch_thinking: bool = False
    thinks_by_default: bool = False
    memory: tuple[DeviceUse, ...] = ()
    gpu_layers: int = 0
    layers: int = 0
    reduced: tuple[Reduction, ...] = ()
    request: LoadRequest | None = None
    gpus: tuple[DeviceMemory, ...] = ()
    tuning: Tuning | None = None
