"""Where the bytes of a model file are: by the role of its tensors and by their type."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.library.gguf_header import TensorInfo, read_header


@dataclass(frozen=True)
class WeightPart:
    """The tensors of one role: their bytes, and the names of their types, the heaviest first."""

    role: str
    bytes: int
    types: tuple[str, ...]


@dataclass(frozen=True)
class Weight:
    """A model file by its parts, the heaviest first; ``bytes`` are those of all tensors."""

    parts: tuple[WeightPart, ...]
    bytes: int
    parameters: int
    bytes_by_type: dict[str, int]

    @property
    def bits_per_weight(self) -> float:
        """Bits that a weight takes on average."""
        return self.bytes * 8 / max(self.parameters, 1)


def weigh(path: Path) -> Weight:
    """Weighs a model file by its header.

    Raises ModelMissing, NotGguf, ModelTruncated, ModelDamaged, ModelRefused.
    """
    header = read_header(path)
    by_role: dict[str, Counter[str]] = {}
    for tensor in header.tensors:
        by_role.setdefault(_role(tensor), Counter())[tensor.type.name] += tensor.bytes
    parts = [
        WeightPart(role, types.total(), tuple(name for name, _ in types.most_common()))
        for role, types in by_role.items()
    ]
    parts.sort(key=lambda part: -part.bytes)
    total = sum(part.bytes for part in parts)
    return Weight(tuple(parts), total, header.parameters, header.bytes_by_type)


def _role(tensor: TensorInfo) -> str:
    """Returns embedding, attention, feed_forward, output or other, by the tensor names of the specification."""
    name = tensor.name.split(".", 2)[-1] if tensor.name.startswith("blk.") else tensor.name
    if name.startswith(("token_embd", "position_embd", "token_types")):
        return "embedding"
    if name.startswith("output"):
        return "output"
    if name.startswith(("attn_", "ssm_", "time_mix")):
        return "attention"
    if name.startswith(("ffn_", "channel_mix", "exp_probs")):
        return "feed_forward"
    return "other"
