"""The tokenizer (byte-level BPE of 4,096 tokens) and how a conversation is written in ChatML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import gguf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from recipe.conversations import TrainingConversation

SIZE = 4096
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
END_OF_TEXT, START, END = 0, 1, 2


def train(texts: Iterable[str]) -> Tokenizer:
    """Learn the merges from texts."""
    tokenizer = _empty(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        min_frequency=2,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def read_from_gguf(path: Path) -> Tokenizer:
    """Rebuild the tokenizer from a model file of ours."""
    reader = gguf.GGUFReader(path)
    tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    merges: list[str] = reader.fields["tokenizer.ggml.merges"].contents()
    vocabulary = {token: number for number, token in enumerate(tokens)}
    pairs = [(left, right) for left, right in (merge.split(" ") for merge in merges)]
    tokenizer = _empty(models.BPE(vocab=vocabulary, merges=pairs))
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def tokens_and_merges(tokenizer: Tokenizer) -> tuple[list[str], list[str]]:
    """Return the tokens by number and the merges by rank, as a GGUF file holds them."""
    state = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].__getitem__)
    return tokens, [merge if isinstance(merge, str) else " ".join(merge) for merge in state["merges"]]


class ConversationEncoder:
    """Writes conversations as token numbers and loss weights."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._newline = self.encode("\n")
        self._roles = {role: [START, *self.encode(f"{role}\n")] for role in ("system", "user", "assistant")}

    def encode(self, text: str) -> list[int]:
        """Return the token numbers of a text."""
        return list(self._tokenizer.encode(text).ids)

    def decode(self, tokens: list[int]) -> str:
        """Return the text of token numbers; special tokens vanish."""
        return str(self._tokenizer.decode(tokens))

    def prompt(self, question: str) -> list[int]:
        """Return a first question up to where the assistant begins."""
        return [*self._message("user", question), *self._roles["assistant"]]

    def conversation(self, conversation: TrainingConversation) -> tuple[list[int], list[bool]]:
        """Return the tokens, and for each whether the assistant said it (its end token included)."""
        tokens: list[int] = []
        spoken: list[bool] = []

        def add(part: list[int], *, is_spoken: bool) -> None:
            tokens.extend(part)
            spoken.extend([is_spoken] * len(part))

        if conversation.system:
            add(self._message("system", conversation.system), is_spoken=False)
        for question, answer in conversation.turns:
            add(self.prompt(question), is_spoken=False)
            add([*self.encode(answer), END], is_spoken=True)
            add(self._newline, is_spoken=False)
        add([END_OF_TEXT], is_spoken=False)
        return tokens, spoken

    def dialogue(self, turns: Iterable[str]) -> list[int]:
        """Return a foreign dialogue: the two speakers in turn, closed by the end of text."""
        tokens: list[int] = []
        for number, text in enumerate(turns):
            tokens += self._message("assistant" if number % 2 else "user", text)
        return [*tokens, END_OF_TEXT]

    def _message(self, role: str, text: str) -> list[int]:
        return [*self._roles[role], *self.encode(text), END, *self._newline]


def _empty(model: models.BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
