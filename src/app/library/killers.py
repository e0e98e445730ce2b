"""Refuses headers that are well formed but end llama.cpp's process: found by corrupting thousands of files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import ModelDamaged
from app.library.gguf_header import GgufHeader

#: ``LLAMA_MAX_LAYERS`` and ``LLAMA_MAX_EXPERTS`` of llama.cpp 0c1e57098, ``src/llama-hparams.h``.
MOST_LAYERS: Final = 512
MOST_EXPERTS: Final = 1024
_ROPE_SCALINGS: Final = ("", "none", "linear", "yarn", "longrope")
_WHOLE_NUMBERS: Final = ("I8", "I16", "I32", "I64")


def refuse_killers(path: Path, header: GgufHeader) -> None:
    """Raises ModelDamaged where ``header`` describes a language model that cannot be."""
    reason = _reason(header)
    if reason is not None:
        key, value = reason
        raise ModelDamaged(path=path, reason=i18n.text(f"damage.{key}", value=value))


def _reason(header: GgufHeader) -> tuple[str, object] | None:
    if not header.architecture:
        return "no_architecture", ""
    if not header.tensors and header.number("split.count") < 2:  # the first part of a split model may have none
        return "no_tensors", ""
    if header.has_repeated_tokens:
        return "repeated_tokens", ""
    whole = next((t.name for t in header.tensors if t.type.name in _WHOLE_NUMBERS and t.name.endswith(".weight")), "")
    if whole:
        return "whole_weights", whole
    return _layer_reason(header) or _number_reason(header)


def _layer_reason(header: GgufHeader) -> tuple[str, object] | None:
    layers = header.metadata.get(f"{header.architecture}.block_count", 1)
    if type(layers) is not int or not 1 <= layers <= MOST_LAYERS:
        return "layers", layers
    experts = header.metadata.get(f"{header.architecture}.expert_count", 0)
    used = header.metadata.get(f"{header.architecture}.expert_used_count", 0)
    if type(experts) is not int or type(used) is not int or not 0 <= used <= experts <= MOST_EXPERTS:
        return "experts", f"{used}/{experts}"
    return None


def _number_reason(header: GgufHeader) -> tuple[str, object] | None:
    prefix = header.architecture
    for key in ("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon"):
        epsilon = header.metadata.get(f"{prefix}.{key}", 0.0)
        if not isinstance(epsilon, float) or not math.isfinite(epsilon) or epsilon < 0:
            return "epsilon", epsilon
    scaling = header.metadata.get(f"{prefix}.rope.scaling.type", "")
    if scaling not in _ROPE_SCALINGS:
        return "rope", str(scaling)[:80]
    for key in ("rope.scaling.factor", "rope.scale_linear", "rope.freq_base"):
        factor = header.metadata.get(f"{prefix}.{key}", 1.0)
        if not isinstance(factor, float) or not math.isfinite(factor) or factor < 0:
            return "rope", factor
    return None
