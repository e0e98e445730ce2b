"""How a model file is loaded beyond its context and threads: the options that a person may set for one model."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from app.domain.errors import FlashAttentionNeeded

CACHE_BITS: Final = {
    "f16": 16.0, "bf16": 16.0, "f32": 32.0, "q8_0": 8.5, "q5_1": 6.0, "q5_0": 5.5, "q4_1": 5.0, "q4_0": 4.5,
    "iq4_nl": 4.5,
}  # fmt: skip
"""The types that llama.cpp keeps keys and values in, with the bits of a number (blocks of 32 with their scales)."""

UNQUANTIZED: Final = ("f16", "bf16", "f32")
FLASH_ATTENTION: Final = ("auto", "on", "off")
ROPE_KINDS: Final = ("", "none", "linear", "yarn", "longrope")
CPU: Final = "CPU"
"""The name that ggml gives to the processor as a device."""

MOST_ADAPTERS: Final = 8
BATCH: Final = 512
"""Tokens that are evaluated at once where nothing else is set (``n_batch`` and ``n_ubatch``)."""

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "n_batch": (1, 16_384), "n_ubatch": (1, 16_384), "freq_base": (0.0, 1e9), "freq_scale": (0.0, 100.0),
    "ext_factor": (-1.0, 100.0), "attn_factor": (-1.0, 100.0), "beta_fast": (-1.0, 10_000.0),
    "beta_slow": (-1.0, 10_000.0), "original_context": (0, 16_777_216), "scale": (-100.0, 100.0),
}  # fmt: skip
_CHOICES: Final = {
    "cache_type_k": tuple(CACHE_BITS), "cache_type_v": tuple(CACHE_BITS), "flash_attention": FLASH_ATTENTION,
    "kind": ROPE_KINDS,
}  # fmt: skip


@dataclass(frozen=True)
class RopeScaling:
    """How positions beyond the trained context are squeezed into it. The defaults mean: as the model file has it.

    ``freq_scale`` is 1 ÷ the factor by which the context grows. The last four are YaRN's
    (https://arxiv.org/abs/2309.00071), ``original_context`` in tokens.
    """

    kind: str = ""
    freq_base: float = 0.0
    freq_scale: float = 0.0
    ext_factor: float = -1.0
    attn_factor: float = -1.0
    beta_fast: float = -1.0
    beta_slow: float = -1.0
    original_context: int = 0


@dataclass(frozen=True)
class LoraAdapter:
    """A LoRA adapter: a GGUF file whose changes to the weights are added, times ``scale``."""

    path: str
    scale: float = 1.0


@dataclass(frozen=True)
class LoadOptions:
    """The options of a load; the defaults are safe for every model and machine.

    ``device`` is ggml's name of the one device to use, "" means: choose. ``n_batch`` is how many tokens are handed to
    llama.cpp at once, ``n_ubatch`` how many of them it works on together. ``use_mlock`` keeps the weights from being
    swapped out where the system allows that much.
    """

    device: str = ""
    cache_type_k: str = "f16"
    cache_type_v: str = "f16"
    flash_attention: str = "auto"
    rope: RopeScaling = RopeScaling()
    use_mmap: bool = True
    use_mlock: bool = False
    n_batch: int = BATCH
    n_ubatch: int = BATCH
    adapters: tuple[LoraAdapter, ...] = ()


AUTOMATIC: Final = LoadOptions()
"""Options where nothing was set."""


def check(options: LoadOptions) -> None:
    """Raises FlashAttentionNeeded where the options contradict each other."""
    if options.cache_type_v not in UNQUANTIZED and options.flash_attention == "off":
        raise FlashAttentionNeeded(type=options.cache_type_v)


def is_valid_option(name: str, value: object) -> bool:
    """Tells whether ``value`` may stand in the field ``name`` of the options, of RoPE scaling or of an adapter."""
    if name in _CHOICES:
        return isinstance(value, str) and value in _CHOICES[name]
    if name in _RANGES:
        lowest, highest = _RANGES[name]
        if isinstance(value, bool) or not isinstance(value, int if isinstance(lowest, int) else (int, float)):
            return False
        return lowest <= value <= highest
    if name in ("use_mmap", "use_mlock"):
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) < 4096


def options_from(found: object) -> LoadOptions:
    """Returns the options that parsed JSON tells; a value that cannot be is as if it was not set."""
    if not isinstance(found, dict):
        return LoadOptions()
    plain = [entry.name for entry in fields(LoadOptions) if entry.name not in ("rope", "adapters")]
    adapters = found.get("adapters")
    return LoadOptions(
        **_good(found, plain),
        rope=RopeScaling(**_good(found.get("rope"), [entry.name for entry in fields(RopeScaling)])),
        adapters=tuple(
            LoraAdapter(**_good(entry, ["path", "scale"]))
            for entry in (adapters if isinstance(adapters, list) else [])[:MOST_ADAPTERS]
            if isinstance(entry, dict) and entry.get("path") and is_valid_option("path", entry["path"])
        ),
    )


def _good(found: object, names: list[str]) -> dict[str, Any]:
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in names if name in found and is_valid_option(name, found[name])}
