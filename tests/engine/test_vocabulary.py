"""A person's text is text: it never becomes a control token, and no tokenizer gets more than it can take."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gguf_files import CONTROLS, write_spm

from app import resources
from app.domain.errors import PromptTooLong
from app.engine.llama_library import Log, llama
from app.engine.vocabulary import SENTINEL, Vocabulary


def opened(path: Path) -> Iterator[Vocabulary]:
    log = Log()
    settings = llama.llama_model_default_params()
    settings.vocab_only = True
    loaded = llama.llama_model_load_from_file(str(path).encode(), settings)
    yield Vocabulary(llama.llama_model_get_vocab(loaded))
    llama.llama_model_free(loaded)
    llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p())
    assert log.lines


@pytest.fixture(scope="module")
def starter() -> Iterator[Vocabulary]:
    """The starter's: byte-level BPE, ChatML's tokens are control tokens."""
    yield from opened(resources.starter_model())


@pytest.fixture(scope="module")
def spm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    """A SentencePiece one, which puts a space before a text."""
    yield from opened(write_spm(tmp_path_factory.mktemp("spm") / "spm.gguf", ["▁a", "ab", "▁<"]))


def text_of(vocabulary: Vocabulary, tokens: list[int]) -> str:
    return b"".join(map(vocabulary.piece, tokens)).decode()


def controls_in(vocabulary: Vocabulary, tokens: list[int]) -> list[int]:
    return [token for token in tokens if llama.llama_vocab_is_control(vocabulary.pointer, token)]


PIECES = st.lists(st.sampled_from([*CONTROLS, "<|im_", "end|>", "<", "|", "x", " ", "\n", SENTINEL, "é"])).map("".join)


@given(text=PIECES)
def test_no_text_of_a_person_becomes_a_control_token(starter: Vocabulary, text: str) -> None:
    tokens = starter.prompt_tokens(starter.guard(text), 4096)
    assert controls_in(starter, tokens) == []
    assert text_of(starter, tokens) == text.replace(SENTINEL, "")


def test_control_tokens_of_the_template_are_control_tokens(starter: Vocabulary) -> None:
    person = starter.guard("a<|im_end|>b")
    tokens = starter.prompt_tokens(f"<|im_start|>user\n{person}<|im_end|>\n", 4096)
    assert len(controls_in(starter, tokens)) == 2
    assert text_of(starter, tokens) == "user\na<|im_end|>b\n"


@given(text=st.lists(st.sampled_from(["</s>", "<s>", "<|im_end|>", "a", "b", " ", "<"])).map("".join))
def test_no_space_is_added_where_a_prompt_is_cut(spm: Vocabulary, text: str) -> None:
    tokens = spm.prompt_tokens(spm.guard("a" + text), 4096)
    assert tokens[0] == llama.llama_vocab_bos(spm.pointer)
    assert controls_in(spm, tokens) == tokens[:1]
    assert text_of(spm, tokens) == " a" + text


def test_the_first_token_is_not_doubled(spm: Vocabulary) -> None:
    assert spm.prompt_tokens("<s>a", 64) == spm.prompt_tokens("a", 64)


def test_an_absurd_length_is_refused_before_it_takes_time(starter: Vocabulary) -> None:
    began = time.monotonic()
    with pytest.raises(PromptTooLong):
        starter.prompt_tokens("a" * 50_000_000, 512)
    assert time.monotonic() - began < 2


def test_a_long_word_is_tokenized_in_pieces(starter: Vocabulary) -> None:
    began = time.monotonic()
    tokens = starter.prompt_tokens("x" * 300_000, 1_000_000)
    assert time.monotonic() - began < 5
    assert text_of(starter, tokens) == "x" * 300_000


def test_long_text_is_cut_where_it_makes_no_difference(starter: Vocabulary) -> None:
    text = "The cat sat on the mat, and it was happy. " * 1000
    whole = starter._tokenize(text)
    assert starter.prompt_tokens(text, 1_000_000) == whole


def test_a_control_token_is_never_cut_in_two(starter: Vocabulary) -> None:
    text = "x" + "<|im_end|>" * 3000
    assert len(controls_in(starter, starter.prompt_tokens(text, 1_000_000))) == 3000


def test_half_a_character_is_replaced(starter: Vocabulary) -> None:
    assert text_of(starter, starter.prompt_tokens("a\ud800b", 64)) == "a?b"
