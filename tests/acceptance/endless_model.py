"""A model file that recites the alphabet, over and over, slowly: for tests that stop, kill and continue a reply.

Each of its tokens has one successor, so any piece of its text has to be a piece of the alphabet repeated: a lost or
doubled character shows. Its one wide layer holds zeros and only takes time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gguf
import numpy as np
from tests.gguf_files import CHATML, CONTROLS, END, bpe_tokens

NAME: Final = "Endless"
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz "
_N_CTX: Final = 16_384
_WIDTH: Final = 320
_FEED_FORWARD: Final = 10_240
_CERTAIN: Final = 8.0
_UNUSED_MERGE: Final = "Ā ā"
"""llama.cpp wants at least one merge; this one joins two control characters that no text holds."""


def is_recited(text: str, start: str = "a") -> bool:
    """Returns whether ``text`` is the alphabet repeated, from the letter ``start`` on, nothing lost or doubled."""
    first = ALPHABET.index(start)
    expected = ALPHABET * (2 + len(text) // len(ALPHABET))
    return bool(text) and expected[first:].startswith(text)


def write(path: Path, template: str = CHATML) -> Path:
    """Writes the model file (about 20 MB) and returns ``path``."""
    tokens = bpe_tokens(len(CONTROLS) + 256)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_context_length(_N_CTX)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(5)
    writer.add_head_count_kv(5)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_chat_template(template)
    _add_vocabulary(writer, tokens)
    _add_weights(writer, tokens)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    normal = [gguf.TokenType.NORMAL] * (len(tokens) - len(CONTROLS))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([*[gguf.TokenType.CONTROL] * len(CONTROLS), *normal])
    writer.add_token_merges([_UNUSED_MERGE])
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)


def _add_weights(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    letters = [len(CONTROLS) + ord(letter) for letter in ALPHABET]
    successor = dict(zip(letters, [*letters[1:], letters[0]], strict=True))
    output = np.zeros((len(tokens), _WIDTH), dtype=np.float32)
    for token in range(len(tokens)):
        output[successor.get(token, letters[0]), token] = _CERTAIN
    writer.add_tensor("token_embd.weight", np.eye(len(tokens), _WIDTH, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.0.{name}.weight", np.zeros((_WIDTH, _WIDTH), dtype=np.float16))
    for name, shape in {
        "gate": (_FEED_FORWARD, _WIDTH),
        "up": (_FEED_FORWARD, _WIDTH),
        "down": (_WIDTH, _FEED_FORWARD),
    }.items():
        writer.add_tensor(f"blk.0.ffn_{name}.weight", np.zeros(shape, dtype=np.float16))
    for name in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(_WIDTH, dtype=np.float32))
