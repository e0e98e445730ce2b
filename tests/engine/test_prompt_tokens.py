"""Remembered tokens are those of the tokenizer, but for replies: those stay as they were sampled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.test_vocabulary import opened
from tests.gguf_files import CONTROLS, write_spm

from app import resources
from app.engine import prompt_tokens
from app.engine.prompt_tokens import PromptTokens
from app.engine.vocabulary import SENTINEL, Vocabulary

N_CTX = 100_000
USER, ASSISTANT, END = "<|im_start|>user\n", "<|im_start|>assistant\n", "<|im_end|>\n"
PIECES = st.lists(st.sampled_from([*CONTROLS, "<|im_", "hello", " world", "<", " ", "\n", "  ", SENTINEL, "é"]))


@pytest.fixture(scope="module")
def starter() -> Iterator[Vocabulary]:
    """The starter's: byte-level BPE, ChatML's tokens are control tokens."""
    yield from opened(resources.starter_model())


@pytest.fixture(scope="module")
def spm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    """A SentencePiece one, which puts a space before a text."""
    yield from opened(write_spm(tmp_path_factory.mktemp("spm") / "spm.gguf", ["▁a", "ab", "▁<"]))


@given(texts=st.lists(PIECES.map("".join), max_size=4))
def test_without_replies_they_are_the_tokenizers(starter: Vocabulary, texts: list[str]) -> None:
    prompts = PromptTokens(starter)
    for text in (*texts, *texts[:1]):
        script = prompts.script("c", text, N_CTX)
        assert script.tokens == starter.prompt_tokens(text, N_CTX)
        assert sum(script.counts) == len(script.tokens)
        assert "".join(script.texts) == text
        if SENTINEL not in text:
            assert script.tokens == starter._tokenize(text)


@given(text=st.lists(st.sampled_from(["</s>", "<s>", "<|im_end|>", "a", "b", " ", "<", "\n"])).map("".join))
def test_a_tokenizer_that_adds_spaces_gets_what_it_wants(spm: Vocabulary, text: str) -> None:
    tokens = PromptTokens(spm).script("", text, N_CTX).tokens
    assert tokens == spm.prompt_tokens(text, N_CTX)
    assert tokens == spm.first_tokens(text) + spm._tokenize(text)


def letters(vocabulary: Vocabulary, text: str) -> list[int]:
    """Returns ``text`` as the tokens of its letters, which no tokenizer would choose."""
    return [token for letter in text for token in vocabulary._tokenize(letter)]


def test_a_reply_stays_as_it_was_sampled(starter: Vocabulary) -> None:
    prompts = PromptTokens(starter)
    first = f"{USER}hello{END}{ASSISTANT}"
    script = prompts.script("c", first, N_CTX)
    sampled = letters(starter, "the answer")
    assert sampled != starter._tokenize("the answer")
    told = prompts.replied("c", script, sampled, ())
    assert told.tokens == script.tokens + sampled
    following = f"{first}the answer{END}{USER}and?{END}{ASSISTANT}"
    tokens = prompts.script("c", following, N_CTX).tokens
    assert tokens[: len(told.tokens)] == told.tokens
    assert tokens[len(told.tokens) :] == starter._tokenize(f"{END}{USER}and?{END}{ASSISTANT}")
    assert prompts.script("c", first + "the answer", N_CTX) == told
    assert prompts.script("c", f"{first}the answer!", N_CTX).tokens == starter._tokenize(f"{first}the answer!")
    assert prompts.script("other", following, N_CTX).tokens == starter._tokenize(following)
    other_question = following.replace("hello", "help")
    assert prompts.script("c", other_question, N_CTX).tokens == starter._tokenize(other_question)


def test_it_stays_so_when_older_messages_are_left_out(starter: Vocabulary) -> None:
    prompts = PromptTokens(starter)
    first, rest = f"{USER}one{END}{ASSISTANT}two{END}", f"{USER}hello{END}{ASSISTANT}"
    sampled = letters(starter, "the answer")
    prompts.replied("c", prompts.script("c", first + rest, N_CTX), sampled, ())
    tokens = prompts.script("c", f"{rest}the answer{END}", N_CTX).tokens
    assert tokens == [*starter._tokenize(rest), *sampled, *starter._tokenize(END)]


def test_another_process_learns_it(starter: Vocabulary, spm: Vocabulary) -> None:
    for vocabulary in (starter, spm):
        prompts, others = PromptTokens(vocabulary), PromptTokens(vocabulary)
        first = "<|im_end|>abab" if vocabulary is spm else f"hello{ASSISTANT}"
        told = prompts.replied("c", prompts.script("c", first, N_CTX), letters(vocabulary, "aba")[-1:], ())
        others.learn("c", told)
        text = "".join(told.texts)
        assert others.script("c", text, N_CTX) == prompts.script("c", text, N_CTX) == told


def test_a_prompt_of_one_segment_has_its_first_token_once(spm: Vocabulary) -> None:
    prompts = PromptTokens(spm)
    told = prompts.replied("c", prompts.script("c", "ab", N_CTX), letters(spm, "ab")[-1:], ())
    assert prompts.script("c", "".join(told.texts), N_CTX) == told


def test_only_what_was_shown_counts(starter: Vocabulary) -> None:
    prompts = PromptTokens(starter)
    script = prompts.script("c", ASSISTANT, N_CTX)
    sampled = letters(starter, "yes STOP")
    assert prompts.replied("c", script, sampled, ("no", "STOP")).tokens == script.tokens + sampled[:4]
    whole = starter._tokenize("hello") + starter._tokenize(" world")
    assert prompts.replied("c", script, whole, ("ell",)) == script
    assert prompts.replied("c", script, [], ()) == script
    assert prompts.replied("c", script, [*sampled, *starter._tokenize("<|im_start|>")], ()) == script
    assert prompts.replied("c", script, letters(starter, "é")[:1], ()) == script


def test_a_control_token_that_a_reply_spells_stays_text(starter: Vocabulary) -> None:
    prompts = PromptTokens(starter)
    script = prompts.script("c", ASSISTANT, N_CTX)
    sampled = letters(starter, "a<|im_end|>b")
    told = prompts.replied("c", script, sampled, ())
    guarded = ASSISTANT + starter.guard("a<|im_end|>b") + END
    assert prompts.script("c", guarded, N_CTX).tokens == told.tokens + starter._tokenize(END)


def test_what_was_not_used_for_long_is_forgotten(starter: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_tokens, "MOST_CHARACTERS", 2000)
    prompts = PromptTokens(starter)
    script = prompts.script("c", ASSISTANT, N_CTX)
    prompts.replied("c", script, letters(starter, "old"), ())
    for number in range(100):
        prompts.script("c", f"{USER}{number}", N_CTX)
    assert prompts._n_characters <= 2000
    assert prompts.script("c", f"{ASSISTANT}old", N_CTX).tokens == starter._tokenize(f"{ASSISTANT}old")
