"""Writes small GGUF files byte by byte, sound or broken on purpose, as the specification has them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

UINT32, INT32, FLOAT32, STRING, ARRAY, UINT64 = 4, 5, 6, 8, 9, 10


def text(value: str | bytes) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(content)) + content


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def strings(key: str, values: list[str]) -> bytes:
    return entry(key, ARRAY, struct.pack("<IQ", STRING, len(values)) + b"".join(map(text, values)))


def numbers(key: str, values: list[int]) -> bytes:
    return entry(key, ARRAY, struct.pack(f"<IQ{len(values)}i", INT32, len(values), *values))


def whole(key: str, value: int) -> bytes:
    return entry(key, UINT32, struct.pack("<I", value))


def real(key: str, value: float) -> bytes:
    return entry(key, FLOAT32, struct.pack("<f", value))


def named(key: str, value: str) -> bytes:
    return entry(key, STRING, text(value))


@dataclass
class Tensor:
    name: str = "token_embd.weight"
    shape: tuple[int, ...] = (32, 4)
    type: int = 0
    bytes: int = 512
    offset: int | None = None


@dataclass
class Gguf:
    """The parts of a file; ``missing`` bytes are left away at its end."""

    magic: bytes = b"GGUF"
    version: int = 3
    entries: list[bytes] = field(
        default_factory=lambda: [
            named("general.architecture", "llama"),
            whole("llama.context_length", 2048),
            whole("llama.block_count", 2),
            real("llama.attention.layer_norm_rms_epsilon", 1e-5),
            strings("tokenizer.ggml.tokens", ["a", "b", "", ""]),
        ]
    )
    tensors: list[Tensor] = field(default_factory=lambda: [Tensor(), Tensor("output.weight", (32, 2), 8, 68)])
    tensor_count: int | None = None
    entry_count: int | None = None
    alignment: int = 32
    missing: int = 0

    def content(self) -> bytes:
        made = self.magic + struct.pack("<I", self.version)
        made += struct.pack("<Q", len(self.tensors) if self.tensor_count is None else self.tensor_count)
        made += struct.pack("<Q", len(self.entries) if self.entry_count is None else self.entry_count)
        made += b"".join(self.entries)
        data = b""
        for tensor in self.tensors:
            made += text(tensor.name) + struct.pack("<I", len(tensor.shape))
            made += struct.pack(f"<{len(tensor.shape)}Q", *tensor.shape)
            made += struct.pack("<IQ", tensor.type, len(data) if tensor.offset is None else tensor.offset)
            data += b"\1" * tensor.bytes + b"\0" * (-tensor.bytes % self.alignment)
        made += b"\0" * (-len(made) % self.alignment) + data
        return made[: len(made) - self.missing]

    def write(self, path: Path) -> Path:
        path.write_bytes(self.content())
        return path
