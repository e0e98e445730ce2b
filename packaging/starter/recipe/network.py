"""The starter's network in PyTorch: the Llama architecture exactly as llama.cpp computes it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; the defaults are the shipped starter's (4.2 million parameters)."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 768
    context: int = 512
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class RMSNorm(nn.Module):
    """Divides by the root mean square of the features (Zhang and Sennrich 2019)."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, features: Tensor) -> Tensor:
        weight = self.weight.to(features.dtype)
        return functional.rms_norm(features, (features.shape[-1],), weight, self.epsilon)


def rotate(states: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotate neighbouring pairs (ggml's NORM order); states are (batch, heads, tokens, head width)."""
    even, odd = states[..., 0::2], states[..., 1::2]
    turned = torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), -1)
    return turned.flatten(-2)


class Layer(nn.Module):
    """Attention with shared key-value heads, then a gated feed-forward part. Names follow GGUF's."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        kv_width = shape.kv_heads * shape.head_width
        self.shape = shape
        self.attn_norm = RMSNorm(shape.width, shape.norm_epsilon)
        self.attn_q = nn.Linear(shape.width, shape.width, bias=False)
        self.attn_k = nn.Linear(shape.width, kv_width, bias=False)
        self.attn_v = nn.Linear(shape.width, kv_width, bias=False)
        self.attn_output = nn.Linear(shape.width, shape.width, bias=False)
        self.ffn_norm = RMSNorm(shape.width, shape.norm_epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.ffn_down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, stream: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        stream = stream + self._attention(self.attn_norm(stream), cosine, sine)
        features = self.ffn_norm(stream)
        widened = functional.silu(self.ffn_gate(features)) * self.ffn_up(features)
        added: Tensor = self.ffn_down(widened)
        return stream + added

    def _attention(self, features: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        batch, tokens, width = features.shape

        def split(states: Tensor, heads: int) -> Tensor:
            return states.view(batch, tokens, heads, self.shape.head_width).transpose(1, 2)

        queries = rotate(split(self.attn_q(features), self.shape.heads), cosine, sine)
        keys = rotate(split(self.attn_k(features), self.shape.kv_heads), cosine, sine)
        values = split(self.attn_v(features), self.shape.kv_heads)
        shared = self.shape.heads // self.shape.kv_heads
        keys, values = keys.repeat_interleave(shared, 1), values.repeat_interleave(shared, 1)
        mixed = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        output: Tensor = self.attn_output(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return output


class Network(nn.Module):
    """The whole network; the output matrix is the token embedding."""

    cosine: Tensor
    sine: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList([Layer(shape) for _ in range(shape.layers)])
        self.output_norm = RMSNorm(shape.width, shape.norm_epsilon)
        steps = torch.arange(0, shape.head_width, 2).float() / shape.head_width
        angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-steps)
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)
        self._start()

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits (batch, tokens, vocabulary) for token numbers (batch, tokens)."""
        return self.logits(self.features(tokens))

    def logits(self, features: Tensor) -> Tensor:
        """Return logits (…, vocabulary) for features (…, width)."""
        return functional.linear(features, self.token_embd.weight)

    def features(self, tokens: Tensor) -> Tensor:
        """Return the last features (batch, tokens, width) for token numbers (batch, tokens)."""
        stream = self.token_embd(tokens)
        length = tokens.shape[1]
        cosine, sine = self.cosine[:length].to(stream.dtype), self.sine[:length].to(stream.dtype)
        for layer in self.blk:
            stream = layer(stream, cosine, sine)
        normed: Tensor = self.output_norm(stream)
        return normed

    def matrices(self) -> list[nn.Parameter]:
        """Return the matrices inside the layers, which Muon trains."""
        return [weight for weight in self.blk.parameters() if weight.dim() == 2]

    def others(self) -> list[nn.Parameter]:
        """Return the embedding and the norms, which AdamW trains."""
        inside = {id(weight) for weight in self.matrices()}
        return [weight for weight in self.parameters() if id(weight) not in inside]

    def _start(self) -> None:
        nn.init.normal_(self.token_embd.weight, 0, 0.02)
        for name, weight in self.blk.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, 0, 0.7 / math.sqrt(weight.shape[1]))
                if name.endswith(("attn_output.weight", "ffn_down.weight")):
                    weight.data.mul_(1 / math.sqrt(2 * self.shape.layers))


def weighted_loss(network: Network, inputs: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Return the mean cross entropy (nats) of the targets, each counted with its weight.

    All are (batch, tokens). Logits are computed only where the weight is not zero, which saves a fifth of the time.
    """
    counted = weights > 0
    logits = network.logits(network.features(inputs)[counted])
    losses = functional.cross_entropy(logits, targets[counted], reduction="none")
    return (losses * weights[counted]).sum() / weights.sum()
