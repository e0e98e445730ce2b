"""Training batches: conversations of about equal length side by side, and windows of the foreign dialogues."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from recipe.conversations import ConversationSource
from recipe.vocabulary import END_OF_TEXT, ConversationEncoder

TOKENS = 4096
"""Tokens in a batch, about."""
_SORTED_AT_ONCE = 2048
_DIALOGUE_WEIGHT = 0.6
_DIALOGUE_WINDOW = 256


@dataclass(frozen=True)
class Batch:
    """Token numbers (rows, tokens), the tokens that follow them, and how much each counts in the loss."""

    inputs: Tensor
    targets: Tensor
    weights: Tensor


def conversation_batches(
    source: ConversationSource, encoder: ConversationEncoder, context: int, seed: int
) -> Iterator[Batch]:
    """Yield batches of whole conversations; each row starts one, as it does when the model is used.

    Only what the assistant says counts in the loss.
    """
    order = random.Random(seed)
    encoded = (encoder.conversation(conversation) for conversation in source)
    while True:
        chunk = sorted(itertools.islice(encoded, _SORTED_AT_ONCE), key=lambda pair: len(pair[0]))
        groups = list(_grouped(chunk, context))
        order.shuffle(groups)
        yield from (_padded(group, context) for group in groups)


def dialogue_batches(path: Path, seed: int) -> Iterator[Batch]:
    """Yield random windows of a stream of 16-bit token numbers (see streams.py)."""
    stream = np.fromfile(path, np.uint16)
    chance = np.random.default_rng(seed)
    window = np.arange(_DIALOGUE_WINDOW + 1)
    while True:
        starts = chance.integers(len(stream) - _DIALOGUE_WINDOW - 1, size=TOKENS // _DIALOGUE_WINDOW)
        rows = torch.from_numpy(stream[starts[:, None] + window].astype(np.int64))
        weights = torch.full((rows.shape[0], _DIALOGUE_WINDOW), _DIALOGUE_WEIGHT)
        yield Batch(rows[:, :-1].contiguous(), rows[:, 1:].contiguous(), weights)


def _grouped(chunk: list[tuple[list[int], list[bool]]], context: int) -> Iterator[list[tuple[list[int], list[bool]]]]:
    group: list[tuple[list[int], list[bool]]] = []
    for pair in chunk:
        if group and (len(group) + 1) * min(len(pair[0]), context) > TOKENS:
            yield group
            group = []
        group.append(pair)
    if group:
        yield group


def _padded(group: list[tuple[list[int], list[bool]]], context: int) -> Batch:
    length = min(max(len(tokens) for tokens, _ in group), context)
    rows = np.full((len(group), length), END_OF_TEXT, np.int64)
    weights = np.zeros((len(group), length), np.float32)
    for number, (tokens, spoken) in enumerate(group):
        kept = min(len(tokens), length)
        rows[number, :kept] = tokens[:kept]
        weights[number, :kept] = spoken[:kept]
    whole = torch.from_numpy(rows)
    return Batch(whole[:, :-1].contiguous(), whole[:, 1:].contiguous(), torch.from_numpy(weights[:, 1:].copy()))
