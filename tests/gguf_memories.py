"""Writes small model files of random weights whose memory is none of plain keys and values."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from tests.gguf_files import Shape, add_bpe, add_ends, bpe_tokens, model_writer, random_weights

N_VOCAB = 320


def write_mamba(path: Path, *, seed: int = 0) -> Path:
    """Writes a Mamba, which has a recurrent state and nothing else; returns ``path``."""
    shape = Shape(layers=2, width=64, heads=1, feed_forward=64, n_ctx=4096)
    inner, n_state, n_conv, rank = 2 * shape.width, 16, 4, 4
    with model_writer(path, "mamba", shape) as writer:
        writer.add_ssm_conv_kernel(n_conv)
        writer.add_ssm_inner_size(inner)
        writer.add_ssm_state_size(n_state)
        writer.add_ssm_time_step_rank(rank)
        generator = _begun(writer, shape, seed)
        for layer in range(shape.layers):
            start = f"blk.{layer}"
            writer.add_tensor(f"{start}.attn_norm.weight", np.ones(shape.width, dtype=np.float32))
            writer.add_tensor(f"{start}.ssm_in.weight", random_weights(generator, 2 * inner, shape.width))
            writer.add_tensor(f"{start}.ssm_conv1d.weight", random_weights(generator, inner, n_conv))
            writer.add_tensor(f"{start}.ssm_conv1d.bias", np.zeros(inner, dtype=np.float32))
            writer.add_tensor(f"{start}.ssm_x.weight", random_weights(generator, rank + 2 * n_state, inner))
            writer.add_tensor(f"{start}.ssm_dt.weight", random_weights(generator, inner, rank))
            writer.add_tensor(f"{start}.ssm_dt.bias", np.full(inner, -3.0, dtype=np.float32))
            writer.add_tensor(f"{start}.ssm_a", -np.ones((inner, n_state), dtype=np.float32))
            writer.add_tensor(f"{start}.ssm_d", np.ones(inner, dtype=np.float32))
            writer.add_tensor(f"{start}.ssm_out.weight", random_weights(generator, shape.width, inner))
        writer.add_tensor("output_norm.weight", np.ones(shape.width, dtype=np.float32))
    return path


def write_lfm2(path: Path, *, seed: int = 0, window: int = 0) -> Path:
    """Writes an LFM2: short convolutions (a recurrent state) beside attention, in a window of ``window`` tokens."""
    shape = Shape(layers=4, width=64, heads=2, feed_forward=128, n_ctx=4096)
    n_conv = 3
    with model_writer(path, "lfm2", shape, heads_kv=[0, 2, 0, 2]) as writer:
        writer.add_shortconv_l_cache(n_conv)
        if window:
            writer.add_sliding_window(window)
        generator = _begun(writer, shape, seed)
        for layer in range(shape.layers):
            start = f"blk.{layer}"
            _add_feed_forward(writer, generator, start, shape)
            if layer % 2:
                _add_attention(writer, generator, start, shape)
            else:
                writer.add_tensor(f"{start}.attn_norm.weight", np.ones(shape.width, dtype=np.float32))
                writer.add_tensor(f"{start}.shortconv.conv.weight", random_weights(generator, shape.width, n_conv))
                inwards = random_weights(generator, 3 * shape.width, shape.width)
                writer.add_tensor(f"{start}.shortconv.in_proj.weight", inwards)
                outwards = random_weights(generator, shape.width, shape.width)
                writer.add_tensor(f"{start}.shortconv.out_proj.weight", outwards)
        writer.add_tensor("token_embd_norm.weight", np.ones(shape.width, dtype=np.float32))
    return path


def write_gemma3(path: Path, *, seed: int = 0, window: int = 64) -> Path:
    """Writes a Gemma 3: five layers of six look only at the last ``window`` tokens; returns ``path``."""
    shape = Shape(layers=6, width=64, heads=2, feed_forward=128, n_ctx=4096)
    with model_writer(path, "gemma3", shape) as writer:
        writer.add_sliding_window(window)
        generator = _begun(writer, shape, seed)
        for layer in range(shape.layers):
            start = f"blk.{layer}"
            _add_feed_forward(writer, generator, start, shape)
            _add_attention(writer, generator, start, shape)
            for name in ("post_attention_norm", "post_ffw_norm"):
                writer.add_tensor(f"{start}.{name}.weight", np.ones(shape.width, dtype=np.float32))
        writer.add_tensor("output_norm.weight", np.ones(shape.width, dtype=np.float32))
    return path


def _begun(writer: gguf.GGUFWriter, shape: Shape, seed: int) -> np.random.Generator:
    add_bpe(writer, bpe_tokens(N_VOCAB))
    generator = np.random.default_rng(seed)
    add_ends(writer, generator, N_VOCAB, shape.width, speaks_letters=True)
    return generator


def _add_feed_forward(writer: gguf.GGUFWriter, generator: np.random.Generator, start: str, shape: Shape) -> None:
    writer.add_tensor(f"{start}.ffn_norm.weight", np.ones(shape.width, dtype=np.float32))
    for name in ("ffn_gate", "ffn_up"):
        writer.add_tensor(f"{start}.{name}.weight", random_weights(generator, shape.feed_forward, shape.width))
    writer.add_tensor(f"{start}.ffn_down.weight", random_weights(generator, shape.width, shape.feed_forward))


def _add_attention(writer: gguf.GGUFWriter, generator: np.random.Generator, start: str, shape: Shape) -> None:
    writer.add_tensor(f"{start}.attn_norm.weight", np.ones(shape.width, dtype=np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"{start}.{name}.weight", random_weights(generator, shape.width, shape.width))
    for name in ("attn_q_norm", "attn_k_norm"):
        writer.add_tensor(f"{start}.{name}.weight", np.ones(shape.width // shape.heads, dtype=np.float32))
