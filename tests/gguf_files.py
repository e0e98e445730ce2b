"""Writes small model files for tests: of random weights, or scripted to say exactly what a test wants to hear."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

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
    """Size of a Llama: ``width`` is a multiple of ``heads`` times 2; ``n_ctx`` is the trained context.

    Fewer ``kv_heads`` than ``heads`` share them; with ``experts`` two of them work for each token.
    """

    layers: int = 2
    width: int = 64
    heads: int = 4
    feed_forward: int = 128
    n_ctx: int = 512
    kv_heads: int = 0
    experts: int = 0


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


def bpe_tokens(n_vocab: int, extra: Sequence[bytes] = (), controls: Sequence[str] = ()) -> list[str]:
    """Returns a byte-level vocabulary: control tokens, all bytes, ``extra``, and fillers up to ``n_vocab``."""
    tokens = [*CONTROLS, *controls, *byte_characters()]
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
    speaks_letters: bool = False,
    sampling: Mapping[str, float] = MappingProxyType({}),
    n_silent: int = 0,
) -> Path:
    """Writes a Llama of random weights with a byte-level vocabulary; returns ``path``.

    With ``speaks_letters`` it says nothing but ASCII letters, and never ends; the first ``n_silent`` tokens are hardly
    ever said. ``sampling`` is what it recommends, by the names of the metadata (``temp``, ``top_p``, …). ``kind`` is
    how the weights are kept: F32, F16, or a quantization with ``shape.width`` a multiple of 32.
    """
    with model_writer(path, architecture, shape, template) as writer:
        for name, value in sampling.items():
            writer.add_float32(f"general.sampling.{name}", value)
        add_bpe(writer, bpe_tokens(n_vocab))
        generator = np.random.default_rng(seed)
        add_ends(writer, generator, n_vocab, shape.width, kind, speaks_letters=speaks_letters, n_silent=n_silent)
        for layer in range(shape.layers):
            for name, sizes in _matrices(shape).items():
                # routers are never quantized
                its_kind = gguf.GGMLQuantizationType.F32 if name == "ffn_gate_inp" else kind
                _add_random(writer, generator, f"blk.{layer}.{name}", sizes, its_kind)
        _add_norms(writer, shape)
    return path


def write_scripted(
    path: Path,
    reply: Sequence[bytes],
    *,
    template: str | None = CHATML,
    n_ctx: int = 512,
    controls: Sequence[str] = (),
    larger: Shape | None = None,
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
) -> Path:
    r"""Writes a Llama that answers every prompt with ``reply`` token by token and ends; returns ``path``.

    Every token has one successor: the newline at the end of ChatML's prompt leads to the first piece, the last piece
    to the end. So the pieces have to differ from each other and from b"\n". ``controls`` are further control tokens,
    which may be pieces of the reply. ``larger`` says the same with more weights, which are zeros; they are F32 or F16.
    """
    tokens = bpe_tokens(256 + len(CONTROLS) + len(controls), reply, controls)
    width = -(-len(tokens) // 64) * 64
    shape = larger or Shape(layers=1, width=width, heads=width // 64, feed_forward=64, n_ctx=n_ctx)
    width = shape.width
    number = np.float16 if kind is gguf.GGMLQuantizationType.F16 else np.float32
    script = [tokens.index(byte_text(piece)) for piece in (b"\n", *reply)] + [END]
    output = np.zeros((len(tokens), width), dtype=np.float32)
    for token, successor in itertools.pairwise(script):
        output[successor, token] = 8.0
    with model_writer(path, "llama", shape, template) as writer:
        add_bpe(writer, tokens, len(controls))
        writer.add_tensor("token_embd.weight", np.eye(len(tokens), width, dtype=number))
        writer.add_tensor("output.weight", output.astype(number))
        for layer in range(shape.layers):
            for name, sizes in _matrices(shape).items():
                writer.add_tensor(f"blk.{layer}.{name}.weight", np.zeros(sizes, dtype=number))
        _add_norms(writer, shape)
    return path


def write_spm(path: Path, pieces: Sequence[str] = (), *, template: str | None = CHATML) -> Path:
    """Writes a tiny Llama of zero weights with a SentencePiece vocabulary that puts a space before a text."""
    tokens = ["<unk>", "<s>", "</s>", *CONTROLS[1:], *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *pieces]
    tokens += [letter for letter in map(chr, range(33, 127)) if letter not in pieces]
    types = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 4, *[gguf.TokenType.BYTE] * 256]
    types += [gguf.TokenType.NORMAL] * (len(tokens) - len(types))
    shape = Shape(layers=1, width=64, heads=1, feed_forward=64)
    with model_writer(path, "llama", shape, template) as writer:
        writer.add_tokenizer_model("llama")
        writer.add_token_list(tokens)
        writer.add_token_scores([float(len(text)) for text in tokens])
        writer.add_token_types(types)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_add_space_prefix(True)
        writer.add_tensor("token_embd.weight", np.zeros((len(tokens), shape.width), dtype=np.float32))
        for name, sizes in _matrices(shape).items():
            writer.add_tensor(f"blk.0.{name}.weight", np.zeros(sizes, dtype=np.float32))
        _add_norms(writer, shape)
    return path


def random_weights(generator: np.random.Generator, *sizes: int) -> Array:
    """Returns a matrix that keeps the size of what it multiplies."""
    return generator.standard_normal(sizes, dtype=np.float32) / np.float32(np.sqrt(sizes[-1]))


def add_ends(
    writer: gguf.GGUFWriter,
    generator: np.random.Generator,
    n_vocab: int,
    width: int,
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
    *,
    speaks_letters: bool = False,
    n_silent: int = 0,
) -> None:
    """Adds random embeddings of tokens at the beginning and at the end of a model."""
    _add_random(writer, generator, "token_embd", (n_vocab, width), kind, gain=width**0.5)
    silent = list(range(n_silent))
    if speaks_letters:
        letters = [token for token, text in enumerate(bpe_tokens(n_vocab)) if len(text) == 1 and text.isascii()]
        silent = [token for token in range(n_vocab) if token not in letters]
    _add_random(writer, generator, "output", (n_vocab, width), kind, gain=2.5, silent=silent)


def _add_random(
    writer: gguf.GGUFWriter,
    generator: np.random.Generator,
    name: str,
    sizes: tuple[int, ...],
    kind: gguf.GGMLQuantizationType,
    *,
    gain: float = 1.0,
    silent: Sequence[int] = (),
) -> None:
    """Adds weights that multiply by ``gain``, zeros in the rows ``silent``; blocks of 8 and 4 bits are drawn."""
    if kind in _BLOCKS:
        n_bytes, spread = _BLOCKS[kind]
        blocks = np.empty((*sizes[:-1], sizes[-1] // 32, 2 + n_bytes), dtype=np.uint8)
        scale = np.float16(gain / sizes[-1] ** 0.5 / spread)
        blocks[..., :2] = np.frombuffer(scale.tobytes(), dtype=np.uint8)
        blocks[..., 2:] = generator.integers(0, 256, (*blocks.shape[:-1], n_bytes), dtype=np.uint8)
        data = blocks.reshape(*sizes[:-1], -1)
    else:
        data = gguf.quants.quantize(random_weights(generator, *sizes) * np.float32(gain), kind)
    data[list(silent)] = 0
    writer.add_tensor(f"{name}.weight", data, raw_dtype=kind)


@contextmanager
def model_writer(
    path: Path, architecture: str, shape: Shape, template: str | None = CHATML, heads_kv: Sequence[int] = ()
) -> Iterator[gguf.GGUFWriter]:
    """Gives what writes a model file; the description of ``shape`` is in it, ``heads_kv`` for each layer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(path.stem)
    writer.add_context_length(shape.n_ctx)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(list(heads_kv) or shape.kv_heads or shape.heads)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(2)
    writer.add_layer_norm_rms_eps(1e-5)
    if architecture == "qwen2vl":
        writer.add_rope_dimension_sections([shape.width // shape.heads // 2, 0, 0, 0])
    if template is not None:
        writer.add_chat_template(template)
    yield writer
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_bpe(writer: gguf.GGUFWriter, tokens: Sequence[str], n_more_controls: int = 0) -> None:
    """Adds a byte-level vocabulary."""
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(list(tokens))
    n_controls = len(CONTROLS) + n_more_controls
    normal = [gguf.TokenType.NORMAL] * (len(tokens) - n_controls)
    writer.add_token_types([*[gguf.TokenType.CONTROL] * n_controls, *normal])
    writer.add_token_merges(["q q"])  # llama.cpp wants one; no token comes of it
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)


def _matrices(shape: Shape) -> dict[str, tuple[int, ...]]:
    width, inner, experts = shape.width, shape.feed_forward, shape.experts
    shared = width // shape.heads * (shape.kv_heads or shape.heads)
    attention: dict[str, tuple[int, ...]] = {
        "attn_q": (width, width), "attn_k": (shared, width), "attn_v": (shared, width), "attn_output": (width, width),
    }  # fmt: skip
    forward: dict[str, tuple[int, ...]] = {
        "ffn_gate": (inner, width), "ffn_up": (inner, width), "ffn_down": (width, inner),
    }  # fmt: skip
    if experts:
        forward = {f"{name}_exps": (experts, *sizes) for name, sizes in forward.items()}
        forward["ffn_gate_inp"] = (experts, width)
    return attention | forward


def _add_norms(writer: gguf.GGUFWriter, shape: Shape) -> None:
    ones: Array = np.ones(shape.width, dtype=np.float32)
    for layer in range(shape.layers):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
    writer.add_tensor("output_norm.weight", ones)


def write_lora(
    path: Path, shape: Shape = Shape(), *, architecture: str = "llama", kind: str = "lora", seed: int = 7, rank: int = 4
) -> Path:
    """Writes a LoRA adapter for `write_llama` that changes its feed-forward layers; returns ``path``.

    The tensors are named as llama.cpp's ``convert_lora_to_gguf.py`` does; ``lora_a`` has ``rank`` rows.
    """
    generator = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, kind)
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 32.0)
    for layer in range(shape.layers):
        name = f"blk.{layer}.ffn_down.weight"
        writer.add_tensor(f"{name}.lora_a", generator.standard_normal((rank, shape.feed_forward), dtype=np.float32))
        writer.add_tensor(f"{name}.lora_b", generator.standard_normal((shape.width, rank), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
