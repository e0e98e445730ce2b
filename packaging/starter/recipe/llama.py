"""Runs a model file greedily through llama.cpp's low-level interface, as the product's engine does."""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import TracebackType

import llama_cpp.llama_cpp as llama_cpp
import numpy as np
from numpy.typing import NDArray

_MAX_ANSWER_TOKENS = 120


class LoadError(Exception):
    """llama.cpp refused a model file."""


class GreedyModel:
    """A loaded model file with a context of its own; use it in a ``with`` block."""

    def __init__(self, path: Path, context: int = 512, threads: int = 1) -> None:
        llama_cpp.llama_log_set(_silence, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), llama_cpp.llama_model_default_params())
        if not self._model:
            raise LoadError(str(path))
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = context
        parameters.n_threads = parameters.n_threads_batch = threads
        self._context = llama_cpp.llama_init_from_model(self._model, parameters)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self._size = llama_cpp.llama_vocab_n_tokens(self._vocabulary)

    def __enter__(self) -> GreedyModel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        llama_cpp.llama_free(self._context)
        llama_cpp.llama_model_free(self._model)

    def metadata(self, key: str) -> str | None:
        """Return a metadata value as text, or None when the file has no such key."""
        buffer = ctypes.create_string_buffer(4096)
        length = llama_cpp.llama_model_meta_val_str(self._model, key.encode(), buffer, len(buffer))
        return buffer.value.decode() if length >= 0 else None

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of a text with ChatML's marks read as control tokens."""
        raw = text.encode()
        tokens = (llama_cpp.llama_token * (len(raw) + 8))()
        count = llama_cpp.llama_tokenize(self._vocabulary, raw, len(raw), tokens, len(tokens), False, True)
        return list(tokens[:count])

    def logits(self, tokens: list[int]) -> NDArray[np.float32]:
        """Return the logits after the last of these tokens, evaluated from the beginning."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self._context), True)
        return self._evaluate(tokens)

    def answer(self, question: str, earlier: tuple[tuple[str, str], ...] = ()) -> tuple[str, bool]:
        """Return the greedy answer to a question, and whether it ended by the end-of-message token."""
        turns = "".join(
            f"<|im_start|>user\n{asked}<|im_end|>\n<|im_start|>assistant\n{said}<|im_end|>\n" for asked, said in earlier
        )
        prompt = f"{turns}<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
        scores = self.logits(self.tokenize(prompt))
        answer: list[int] = []
        while len(answer) < _MAX_ANSWER_TOKENS:
            token = int(scores.argmax())
            if llama_cpp.llama_vocab_is_eog(self._vocabulary, token):
                return self._text(answer), token == llama_cpp.llama_vocab_eot(self._vocabulary)
            answer.append(token)
            scores = self._evaluate([token])
        return self._text(answer), False

    def _evaluate(self, tokens: list[int]) -> NDArray[np.float32]:
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        code = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        if code:
            raise LoadError(f"llama_decode returned {code}")
        scores = llama_cpp.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(scores, shape=(self._size,)).copy()

    def _text(self, tokens: list[int]) -> str:
        pieces = []
        buffer = ctypes.create_string_buffer(256)
        for token in tokens:
            length = llama_cpp.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
            pieces.append(buffer.raw[:length])
        return b"".join(pieces).decode("utf-8", "replace").strip()


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _silence(level: int, text: bytes, data: int) -> None:
    """Drop llama.cpp's log lines."""
