"""Writes small model files for tests: of random weights, or scripted to say exactly what a test wants to hear."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gguf
import numpy as np
import numpy.typing as npt

CONTROLS: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
START, END = 1, 2
CHATML: Final = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{'<|im_start|>assistant\n'}}{% endif %}"
)

_BLOCKS: Final = {gguf.GGMLQuantizationType.Q8_0: (32, 73.9), gguf.GGMLQuantizationType.Q4_0: (16, 4.6)}
"""Bytes of a block of 32 weights after its scale, and the standard deviation of what they stand for."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """Size of a Llama: ``width`` is a multiple of ``heads`` times 2; ``n_ctx`` is the trained context."""

    layers: int = 2
    width: int = 64
    heads: int = 4
    feed_forward: int = 128
    n_ctx: int = 512


def byte_characters() -> list[str]:
    """Returns the character that stands for each byte in a byte-level vocabulary, as GPT-2 has it."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    characters = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in characters)
    characters.update({byte: chr(256 + number) for number, byte in enumerate(others)})
    return [characters[byte] for byte in range(256)]


def byte_text(data: bytes) -> str:
    """Returns how ``data`` is written in a byte-level vocabulary."""
    characters = byte_characters()
    return "".join(characters[byte] for byte in data)


def bpe_tokens(n_vocab: int, extra: Sequence[bytes] = ()) -> list[str]:
    """Returns a byte-level vocabulary: control tokens, all bytes, ``extra``, and fillers up to ``n_vocab``."""
    tokens = [*CONTROLS, *byte_characters()]
    tokens += [text for text in map(byte_text, extra) if text not in tokens]
    return tokens + [f"filler{number}" for number in range(n_vocab - len(tokens))]


def write_llama(
    path: Path,
    shape: Shape = Shape(),
    *,
    n_vocab: int = 320,
    template: str | None = CHATML,
    seed: int = 0,
    architecture: str = "llama",
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
    n_silent: int = 0,
) -> Path:
    """Writes a Llama of random weights with a byte-level vocabulary; returns ``path``.

    ``kind`` is how they are kept: F32, F16, Q8_0 or Q4_0, the last two with ``shape.width`` a multiple of 32. The first
    ``n_silent`` tokens are hardly ever said.
    """
    with _writer(path, architecture, shape, template) as writer:
        _add_bpe(writer, bpe_tokens(n_vocab))
        generator = np.random.default_rng(seed)

        def add(name: str, rows: int, columns: int, deviation: float) -> None:
            weights = random_weights(generator, rows, columns, deviation, kind)
            if name == "output":
                weights[:n_silent] = 0
            writer.add_tensor(f"{name}.weight", weights, raw_dtype=kind)

        add("token_embd", n_vocab, shape.width, 1.0)
        add("output", n_vocab, shape.width, 2.5 / shape.width**0.5)
        for layer in range(shape.layers):
            for name, (rows, columns) in _matrices(shape).items():
                add(f"blk.{layer}.{name}", rows, columns, columns**-0.5)
        _add_norms(writer, shape)
    return path


def random_weights(
    generator: np.random.Generator, rows: int, columns: int, deviation: float, kind: gguf.GGMLQuantizationType
) -> npt.NDArray[Any]:
    """Returns a matrix of weights around zero as a GGUF holds it; blocks of 8 and 4 bits are drawn, not quantized."""
    if kind in _BLOCKS:
        n_bytes, spread = _BLOCKS[kind]
        blocks = np.empty((rows, columns // 32, 2 + n_bytes), dtype=np.uint8)
        blocks[..., :2] = np.frombuffer(np.float16(deviation / spread).tobytes(), dtype=np.uint8)
        blocks[..., 2:] = generator.integers(0, 256, (rows, columns // 32, n_bytes), dtype=np.uint8)
        return blocks.reshape(rows, -1)
    weights = generator.standard_normal((rows, columns), dtype=np.float32) * np.float32(deviation)
    return weights.astype(np.float16 if kind is gguf.GGMLQuantizationType.F16 else np.float32)


def write_scripted(
    path: Path,
    reply: Sequence[bytes],
    *,
    template: str | None = CHATML,
    n_ctx: int = 512,
    larger: Shape | None = None,
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
) -> Path:
    r"""Writes a Llama that answers every prompt with ``reply`` token by token and ends; returns ``path``.

    Every token has one successor: the newline at the end of ChatML's prompt leads to the first piece, the last piece
    to the end. So the pieces have to differ from each other and from b"\n". ``larger`` says the same with more weights,
    which are zeros; they are F32 or F16.
    """
    tokens = bpe_tokens(256 + len(CONTROLS), reply)
    width = -(-len(tokens) // 64) * 64
    shape = larger or Shape(layers=1, width=width, heads=width // 64, feed_forward=64, n_ctx=n_ctx)
    width = shape.width
    number = np.float16 if kind is gguf.GGMLQuantizationType.F16 else np.float32
    script = [tokens.index(byte_text(piece)) for piece in (b"\n", *reply)] + [END]
    output = np.zeros((len(tokens), width), dtype=np.float32)
    for token, successor in itertools.pairwise(script):
        output[successor, token] = 8.0
    with _writer(path, "llama", shape, template) as writer:
        _add_bpe(writer, tokens)
        writer.add_tensor("token_embd.weight", np.eye(len(tokens), width, dtype=number))
        writer.add_tensor("output.weight", output.astype(number))
        for layer in range(shape.layers):
            for name, (rows, columns) in _matrices(shape).items():
                writer.add_tensor(f"blk.{layer}.{name}.weight", np.zeros((rows, columns), dtype=number))
        _add_norms(writer, shape)
    return path


def write_spm(path: Path, pieces: Sequence[str] = (), *, template: str | None = CHATML) -> Path:
    """Writes a tiny Llama of zero weights with a SentencePiece vocabulary that puts a space before a text."""
    tokens = ["<unk>", "<s>", "</s>", *CONTROLS[1:], *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *pieces]
    tokens += [letter for letter in map(chr, range(33, 127)) if letter not in pieces]
    types = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 4, *[gguf.TokenType.BYTE] * 256]
    types += [gguf.TokenType.NORMAL] * (len(tokens) - len(types))
    shape = Shape(layers=1, width=64, heads=1, feed_forward=64)
    with _writer(path, "llama", shape, template) as writer:
        writer.add_tokenizer_model("llama")
        writer.add_token_list(tokens)
        writer.add_token_scores([float(len(text)) for text in tokens])
        writer.add_token_types(types)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_add_space_prefix(True)
        writer.add_tensor("token_embd.weight", np.zeros((len(tokens), shape.width), dtype=np.float32))
        for name, (rows, columns) in _matrices(shape).items():
            writer.add_tensor(f"blk.0.{name}.weight", np.zeros((rows, columns), dtype=np.float32))
        _add_norms(writer, shape)
    return path


@contextmanager
def _writer(path: Path, architecture: str, shape: Shape, template: str | None) -> Iterator[gguf.GGUFWriter]:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(path.stem)
    writer.add_context_length(shape.n_ctx)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    if template is not None:
        writer.add_chat_template(template)
    yield writer
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_bpe(writer: gguf.GGUFWriter, tokens: Sequence[str]) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(tokens))
    normal = [gguf.TokenType.NORMAL] * (len(tokens) - len(CONTROLS))
    writer.add_token_types([*[gguf.TokenType.CONTROL] * len(CONTROLS), *normal])
    writer.add_token_merges(["q q"])  # llama.cpp wants one; no token comes of it
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)


def _matrices(shape: Shape) -> dict[str, tuple[int, int]]:
    width, inner = shape.width, shape.feed_forward
    return {
        **{f"attn_{name}": (width, width) for name in ("q", "k", "v", "output")},
        "ffn_gate": (inner, width),
        "ffn_up": (inner, width),
        "ffn_down": (width, inner),
    }


def _add_norms(writer: gguf.GGUFWriter, shape: Shape) -> None:
    ones: Array = np.ones(shape.width, dtype=np.float32)
    for layer in range(shape.layers):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
    writer.add_tensor("output_norm.weight", ones)
