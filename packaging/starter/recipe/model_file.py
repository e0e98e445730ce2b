"""Reads and writes the network as a GGUF file, so that the 16-bit file is also the saved state."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from recipe import vocabulary
from recipe.network import Network, Shape

NAME = "Skald Starter"
DESCRIPTION = "The small model that comes with Skald: small talk and a guide to the app, in English and Chinese"
LICENSE = "mit"
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
"""ChatML, as a Jinja template."""


def write(path: Path, network: Network, tokenizer: Tokenizer) -> None:
    """Write a 16-bit GGUF file (norms in 32 bits). Format: ggml's docs/gguf.md."""
    writer = gguf.GGUFWriter(path, "llama")
    _write_description(writer, network.shape)
    _write_vocabulary(writer, tokenizer)
    for name, weight in network.state_dict().items():
        kind = np.float16 if weight.dim() == 2 else np.float32
        writer.add_tensor(name, weight.detach().float().numpy().astype(kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(path: Path) -> Network:
    """Read a network back from a file of ours; quantized weights are turned into 32-bit numbers."""
    reader = gguf.GGUFReader(path)

    def value(key: str) -> float:
        return float(reader.fields[f"llama.{key}"].contents())

    shape = Shape(
        vocabulary=int(value("vocab_size")),
        width=int(value("embedding_length")),
        layers=int(value("block_count")),
        heads=int(value("attention.head_count")),
        kv_heads=int(value("attention.head_count_kv")),
        feed_forward=int(value("feed_forward_length")),
        context=int(value("context_length")),
        rope_base=value("rope.freq_base"),
        norm_epsilon=value("attention.layer_norm_rms_epsilon"),
    )
    network = Network(shape)
    state = {
        tensor.name: torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
        for tensor in reader.tensors
    }
    network.load_state_dict(state)
    return network


def _write_description(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_name(NAME)
    writer.add_description(DESCRIPTION)
    writer.add_license(LICENSE)
    writer.add_languages(["en", "zh"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)


def _write_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    tokens, merges = vocabulary.tokens_and_merges(tokenizer)
    special = range(len(vocabulary.SPECIAL))
    kinds = [gguf.TokenType.CONTROL if number in special else gguf.TokenType.NORMAL for number in range(len(tokens))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(vocabulary.END_OF_TEXT)
    writer.add_eos_token_id(vocabulary.END)
    writer.add_eot_token_id(vocabulary.END)
    writer.add_pad_token_id(vocabulary.END_OF_TEXT)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)
