"""Refuses headers that are well formed but end llama.cpp's process: found by corrupting thousands of files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from app import i18n
from app.domain.errors import ModelDamaged
from app.library.gguf_header import MOST_TOKENS, GgufHeader

#: ``LLAMA_MAX_LAYERS`` and ``LLAMA_MAX_EXPERTS`` of llama.cpp 0c1e57098, ``src/llama-hparams.h``.
MOST_LAYERS: Final = 512
MOST_EXPERTS: Final = 1024
_ROPE_SCALINGS: Final = ("none", "linear", "yarn", "longrope")
_NO_WEIGHTS: Final = ("I8", "I16", "I32", "I64", "F64")
_NEVER_QUANTIZED: Final = ("norm.weight", ".bias")
_SENTENCE_PIECE: Final = "llama"
#: They ignore a single expert.
_ONE_EXPERT_IS_NONE: Final = ("hunyuan-dense", "hunyuan_vl")


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
    if header.text("tokenizer.ggml.model") == _SENTENCE_PIECE and not header.has_newline_token:
        return "no_newline_token", ""
    if header.has_words_and_bytes:
        return "words_and_bytes", ""
    if header.number(f"{header.architecture}.vocab_size") > MOST_TOKENS:  # as many are made where it brings none
        return "vocabulary", header.number(f"{header.architecture}.vocab_size")
    odd = next((t.name for t in header.tensors if t.type.name in _NO_WEIGHTS and t.name.endswith(".weight")), "")
    if odd:
        return "weight_type", odd
    packed = next((t.name for t in header.tensors if t.type.block_size > 1 and t.name.endswith(_NEVER_QUANTIZED)), "")
    if packed:
        return "quantized_norm", packed
    return _layer_reason(header) or _expert_reason(header) or _number_reason(header)


def _layer_reason(header: GgufHeader) -> tuple[str, object] | None:
    layers = header.metadata.get(f"{header.architecture}.block_count", 1)
    if type(layers) is not int or not 1 <= layers <= MOST_LAYERS:
        return "layers", layers
    predicting = header.metadata.get(f"{header.architecture}.nextn_predict_layers", 0)
    if type(predicting) is not int or not 0 <= predicting <= layers:
        return "layers", predicting
    return None


def _expert_reason(header: GgufHeader) -> tuple[str, object] | None:
    """As ``llama_model_base::load_hparams`` of ``src/llama-model.cpp`` asserts it."""
    prefix = header.architecture
    experts = header.metadata.get(f"{prefix}.expert_count", 0)
    used = header.metadata.get(f"{prefix}.expert_used_count", 0)
    groups, used_groups = (header.number(f"{prefix}.expert_group{end}") for end in ("_count", "_used_count"))
    if type(experts) is not int or type(used) is not int:
        return "experts", f"{used}/{experts}"
    if prefix in _ONE_EXPERT_IS_NONE and experts <= 1:
        return None
    most_used = max(header.number_arrays.get(f"{prefix}.expert_used_count", ()), default=used)
    if not 0 <= most_used <= experts <= MOST_EXPERTS or (experts > 0 and most_used == 0):
        return "experts", f"{most_used}/{experts}"
    if not 0 <= groups < max(experts, 1):
        return "experts", f"{groups}/{experts}"
    if groups > 1 and (experts % groups or not 0 < used_groups < groups):
        return "experts", f"{used_groups}/{groups}/{experts}"
    return None


def _number_reason(header: GgufHeader) -> tuple[str, object] | None:
    prefix = header.architecture
    for key in ("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon"):
        epsilon = header.metadata.get(f"{prefix}.{key}", 0.0)
        if not isinstance(epsilon, float) or not math.isfinite(epsilon) or epsilon < 0:
            return "epsilon", epsilon
    scaling = header.metadata.get(f"{prefix}.rope.scaling.type", "none")
    if scaling not in _ROPE_SCALINGS:
        return "rope", str(scaling)[:80]
    for key in ("rope.scaling.factor", "rope.scale_linear", "rope.freq_base"):
        factor = header.metadata.get(f"{prefix}.{key}", 1.0)
        if not isinstance(factor, float) or not math.isfinite(factor) or factor < 0:
            return "rope", factor
    return None
