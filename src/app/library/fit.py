"""Reads from a GGUF header what the forecast of memory and speed needs to know of a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from app.domain.errors import ModelMissing
from app.domain.model_shape import ModelShape, estimated_shape
from app.library.gguf_header import GgufHeader, TensorInfo, read_header
from app.library.killers import MOST_LAYERS

#: The types that ``ggml-cpu/repack.cpp`` keeps in another order on every processor with AVX2 or NEON.
_REPACKED: Final = ("Q4_0", "Q4_K", "IQ4_NL")
#: ``split.count`` and the names of the parts, as llama-gguf-split writes them.
_FIRST_PART: Final = re.compile(r"^(.*-)00001(-of-(\d{5})\.gguf)$", re.IGNORECASE)


def shape_of_file(path: Path) -> ModelShape:
    """Returns the shape of the model file at ``path`` with all its parts (milliseconds).

    Raises ModelMissing (of a part, too), NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    header = read_header(path)
    tensors = header.tensors
    for part in _further_parts(path, header):
        tensors += read_header(part).tensors
    return shape_of(header, tensors)


def shape_of(header: GgufHeader, tensors: tuple[TensorInfo, ...] | None = None) -> ModelShape:
    """Returns the shape that the header tells, an estimated one where it does not tell enough.

    ``tensors`` are those of all parts where the file has several.

    The keys are those of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#llm; ``head_count_kv`` may be an
    array with a number for each layer, 0 for one without attention.
    """
    name = header.architecture
    layers = header.number(f"{name}.block_count")
    embedding = header.number(f"{name}.embedding_length")
    keys, values = _cache_numbers(header, name, layers, embedding) if 0 < layers <= MOST_LAYERS else (0, 0)
    tensors = header.tensors if tensors is None else tensors
    weights = sum(tensor.bytes for tensor in tensors)
    if keys + values <= 0 or embedding <= 0:
        return estimated_shape(weights, sum(tensor.elements for tensor in tensors), header.context_length)
    forward = max(header.numbers(f"{name}.feed_forward_length", layers)) or 4 * embedding
    return ModelShape(
        weight_bytes=weights,
        layers=layers,
        cache_numbers=keys + values,
        working_numbers=working_numbers(embedding, forward),
        read_bytes=_read_bytes(header, name, tensors),
        trained_context=header.context_length,
        value_numbers=values,
        heads=max(header.numbers(f"{name}.attention.head_count", layers)),
        repackable=sum(t.bytes for t in tensors if t.type.name in _REPACKED and t.name != "token_embd.weight"),
        vocabulary=sum(header.array_lengths.get(f"tokenizer.ggml.{part}", 0) for part in ("tokens", "merges")),
    )


def working_numbers(embedding: int, feed_forward: int) -> int:
    """Returns how many numbers llama.cpp works on for a token at once: measured, see `model_shape.compute_bytes`."""
    return 4 * embedding + 3 * feed_forward


def _further_parts(path: Path, header: GgufHeader) -> list[Path]:
    count = header.number("split.count", 1)
    named = _FIRST_PART.match(path.name)
    if count <= 1 or named is None:
        return []
    if count != int(named.group(3)):
        raise ModelMissing(path=path)
    return [path.with_name(f"{named.group(1)}{number:05}{named.group(2)}") for number in range(2, count + 1)]


def _cache_numbers(header: GgufHeader, name: str, layers: int, embedding: int) -> tuple[int, int]:
    """Returns how many numbers the keys and the values of a token are, over all layers."""
    heads = max(header.numbers(f"{name}.attention.head_count", layers))
    if heads <= 0:
        return 0, 0
    kv_heads = header.numbers(f"{name}.attention.head_count_kv", layers, heads)
    key = header.number(f"{name}.attention.key_length", embedding // heads)
    value = header.number(f"{name}.attention.value_length", embedding // heads)
    return sum(kv_heads) * key, sum(kv_heads) * value


def _read_bytes(header: GgufHeader, name: str, tensors: tuple[TensorInfo, ...]) -> int:
    """Returns the bytes of the weights that a token needs: of the experts those in use, of the embedding one row.

    Without an output tensor the embedding is the output as well, and is read whole.
    """
    experts = header.number(f"{name}.expert_count")
    used = header.number(f"{name}.expert_used_count")
    has_output = any(tensor.name == "output.weight" for tensor in tensors)

    def read(tensor: TensorInfo) -> int:
        if "_exps." in tensor.name and 0 < used < experts:
            return tensor.bytes * used // experts
        return 0 if has_output and tensor.name == "token_embd.weight" else tensor.bytes

    return sum(map(read, tensors))
