"""What is known of a language model before it is loaded, and the sizes of its buffers that follow from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.load_options import AUTOMATIC, CACHE_BITS, LoadOptions

DEFAULT_CONTEXT: Final = 8192
"""Tokens of context where nothing is asked for and the model allows more, as the engine loads it."""

SMALLEST_CONTEXT: Final = 1024
"""Tokens that a chosen context has at least, where memory holds them at all: less is no use in a conversation."""

ASSUMED_BITS: Final = 5.0
"""Bits a weight of a file that tells nothing of its parameters."""

ENTRY_BYTES: Final = 150
"""What llama.cpp keeps of a token or of a merge of the vocabulary; measured with 32,000 and 150,000 tokens."""


@dataclass(frozen=True)
class ModelShape:
    """What the forecast needs to know of a language model.

    ``weight_bytes``: the model file with all its parts. ``layers``: its blocks. ``cache_numbers``: the numbers that the
    KV cache keeps for a token, keys and values over all layers. ``working_numbers``: those that llama.cpp works on for
    a token at once. ``read_bytes``: the weights that are read for a token; 0 means all of them.
    ``trained_context``: tokens, 0 where it is not known. ``is_estimated``: the numbers come from the size alone.
    ``value_numbers``: the values among ``cache_numbers``; 0 means half of them. ``heads``: of the attention, 0 where it
    is not known. ``vocabulary``: its tokens and merges. ``repackable``: bytes of the weights that llama.cpp keeps in
    another order on a CPU.
    """

    weight_bytes: int
    layers: int
    cache_numbers: int
    working_numbers: int
    read_bytes: int = 0
    trained_context: int = 0
    is_estimated: bool = False
    value_numbers: int = 0
    heads: int = 0
    vocabulary: int = 0
    repackable: int = 0


def cache_bytes(shape: ModelShape, n_ctx: int, options: LoadOptions = AUTOMATIC) -> int:
    """Returns the size of the KV cache; llama.cpp pads the context to 256 tokens.

    It is the full one for layers with a sliding window too: the engine keeps ``swa_full``, llama.cpp's default.
    """
    return int(padded(n_ctx) * cache_bytes_per_token(shape, options))


def cache_bytes_per_token(shape: ModelShape, options: LoadOptions) -> float:
    """Returns what keys and values of one token take, in the types that they are kept in."""
    values = shape.value_numbers or shape.cache_numbers // 2
    keys = shape.cache_numbers - values
    return (keys * CACHE_BITS[options.cache_type_k] + values * CACHE_BITS[options.cache_type_v]) / 8


def padded(n_ctx: int) -> int:
    """Returns the context that llama.cpp makes of ``n_ctx``: a multiple of 256 tokens."""
    return -(-n_ctx // 256) * 256


def compute_bytes(shape: ModelShape, n_ctx: int, options: LoadOptions = AUTOMATIC) -> int:
    """Returns the size of the compute buffer on the CPU, with one output.

    Measured with llama.cpp 0c1e57098 on three shapes from 2,048 to 32,768 tokens: a batch of 32-bit floats, and a
    mask of a 16-bit float for each token of the batch and of the context; exact to 0.02 MiB with flash attention.
    Without it the scores of all heads are kept as well.
    """
    batch = min(options.n_batch, options.n_ubatch, n_ctx)
    scores = 4 * shape.heads * n_ctx if options.flash_attention == "off" else 0
    return batch * (4 * shape.working_numbers + 2 * n_ctx + scores)


def vocabulary_bytes(shape: ModelShape) -> int:
    """Returns about what llama.cpp keeps of the vocabulary beside the weights."""
    return shape.vocabulary * ENTRY_BYTES


def estimated_shape(weight_bytes: int, parameters: int, trained_context: int = 0) -> ModelShape:
    """Returns a shape where only the size is known (``parameters`` may be 0): powers drawn through common dense models.

    Qwen 2.5, Llama 3.x, Qwen 3 and Phi 4 from 0.5B to 14B: layers within a fifth; cache and work rather too large.
    """
    billions = max(parameters or weight_bytes * 8 / ASSUMED_BITS, 1e6) / 1e9
    return ModelShape(
        weight_bytes=weight_bytes,
        layers=max(2, round(26 * billions**0.18)),
        cache_numbers=round(40_960 * billions**0.35),
        working_numbers=round(28_000 * billions**0.35),
        trained_context=trained_context,
        is_estimated=True,
    )
