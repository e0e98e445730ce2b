"""Remembers the tokens of texts: a conversation is not tokenized again, and its replies stay as they were sampled.

A reply's text may be written with other tokens than those that were sampled; what the context holds of it would then
be of no use to the next prompt.
"""

from __future__ import annotations

import itertools
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final

from app.engine.kv_state import Script
from app.engine.vocabulary import Vocabulary

MOST_CHARACTERS: Final = 4 * 1024 * 1024
"""Characters of text that are remembered."""

SEGMENTS_BEFORE: Final = 2
"""How many segments before a reply have to be the same for its sampled tokens to stand for it."""

_Key = tuple[str, ...]


class PromptTokens:
    """Gives the tokens of prompts; ``replied`` tells it what was sampled after one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: OrderedDict[_Key, array[int]] = OrderedDict()
        self._n_characters = 0

    def script(self, conversation_id: str, rendered: str, n_ctx: int) -> Script:
        """Returns the tokens of a rendered and guarded prompt.

        Where no reply of this conversation stands in it, they are `Vocabulary.prompt_tokens`. Raises PromptTooLong
        where it certainly has more than ``n_ctx`` tokens.
        """
        vocabulary = self._vocabulary
        vocabulary.refuse_the_hopeless(rendered, n_ctx)
        texts = tuple(vocabulary.segments(rendered))
        tokens = vocabulary.first_tokens(rendered)
        counts = []
        n_before = 0
        for key in _keys(conversation_id, texts):
            tokens += self._tokens(key)
            counts.append(len(tokens) - n_before)
            n_before = len(tokens)
        return Script(texts, tuple(counts), tokens)

    def replied(self, conversation_id: str, script: Script, sampled: Sequence[int], stop: Sequence[str]) -> Script:
        """Remembers the reply that was sampled after ``script``, up to a stop string; returns both together.

        A reply with a token that has no text, or whose text ends within a token, is not remembered.
        """
        pieces = list(map(self._vocabulary.piece, sampled))
        text, n_tokens = _shown(pieces, stop)
        if not text or not script.texts or not all(pieces):
            return script
        whole = script.texts[-1] + self._vocabulary.guard(text)
        texts = (*script.texts[:-1], whole)
        counts = (*script.counts[:-1], script.counts[-1] + n_tokens)
        told = Script(texts, counts, script.tokens + list(sampled[:n_tokens]))
        self._learn_from(conversation_id, told, len(texts) - 1)
        return told

    def learn(self, conversation_id: str, script: Script) -> None:
        """Remembers what another process learned of a conversation."""
        self._learn_from(conversation_id, script, 0)

    def _learn_from(self, conversation_id: str, script: Script, first: int) -> None:
        ends = list(itertools.accumulate(script.counts))
        for number, key in enumerate(_keys(conversation_id, script.texts)):
            if number >= first:
                start = ends[number - 1] if number else len(self._vocabulary.first_tokens(key[-1]))
                self._remember(key, script.tokens[start : ends[number]])

    def _tokens(self, key: _Key) -> Sequence[int]:
        for known_by in (key, key[-1:]):
            if known_by in self._known:
                self._known.move_to_end(known_by)
                return self._known[known_by]
        tokens = self._vocabulary.segment_tokens(key[-1])
        self._remember(key[-1:], tokens)
        return tokens

    def _remember(self, key: _Key, tokens: Sequence[int]) -> None:
        if key not in self._known:
            self._n_characters += _size(key)
        self._known[key] = array("i", tokens)
        self._known.move_to_end(key)
        while self._n_characters > MOST_CHARACTERS and len(self._known) > 1:
            self._n_characters -= _size(self._known.popitem(last=False)[0])


def _keys(conversation_id: str, texts: Sequence[str]) -> Iterator[_Key]:
    """Gives for each text: the conversation, the texts just before it, and itself."""
    for number in range(len(texts)):
        yield (conversation_id, *texts[max(0, number - SEGMENTS_BEFORE) : number + 1])


def _size(key: _Key) -> int:
    return 64 + sum(map(len, key))


def _shown(pieces: Sequence[bytes], stop: Sequence[str]) -> tuple[str, int]:
    """Returns the text of ``pieces`` before the first stop string, and of how many pieces it is; "" where of none."""
    data = b"".join(pieces)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "", 0
    found = [at for at in map(text.find, filter(None, stop)) if at >= 0]
    if not found:
        return text, len(pieces)
    text = text[: min(found)]
    ends = list(itertools.accumulate(map(len, pieces)))
    size = len(text.encode("utf-8"))
    return (text, ends.index(size) + 1) if size in ends else ("", 0)
