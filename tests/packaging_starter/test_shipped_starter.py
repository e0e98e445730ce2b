"""The shipped model file: described rightly, measured as the card says, and sensible in talk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import gguf
import pytest
from recipe import card, places
from recipe.evaluate import HAND_WRITTEN, Judge, own_answers, questions
from recipe.llama import GreedyModel

LIKELY_DIFFERENCE = 4
"""Processors round differently; so many of the hand-written questions may fall the other way."""


@pytest.fixture(scope="module")
def model() -> Iterator[GreedyModel]:
    with GreedyModel(places.SHIPPED) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(own_answers())


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(places.FIGURES.read_text(encoding="utf-8"))
    return read


def test_the_figures_are_of_the_shipped_file(figures: dict[str, Any]) -> None:
    content = places.SHIPPED.read_bytes()
    assert figures["sha256"] == hashlib.sha256(content).hexdigest()
    assert figures["bytes"] == len(content) < 4_000_000


def test_the_card_shows_the_figures() -> None:
    text = card.CARD.read_text(encoding="utf-8")
    assert card.BEGIN in text
    assert card.filled(text) == text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("general.architecture", "llama"),
        ("general.name", "Skald Starter"),
        ("general.license", "mit"),
        ("general.file_type", gguf.LlamaFileType.MOSTLY_Q4_K_M),
        ("llama.context_length", 512),
        ("tokenizer.ggml.model", "gpt2"),
        ("tokenizer.ggml.eos_token_id", 2),
        ("tokenizer.ggml.eot_token_id", 2),
        ("tokenizer.ggml.add_bos_token", False),
    ],
)
def test_metadata(key: str, value: object) -> None:
    field = gguf.GGUFReader(places.SHIPPED).fields[key]
    assert field.contents() == value


def test_the_template_is_chatml_and_its_marks_are_control_tokens() -> None:
    fields = gguf.GGUFReader(places.SHIPPED).fields
    assert "<|im_start|>" in fields["tokenizer.chat_template"].contents()
    tokens, kinds = (fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "token_type"))
    assert tokens[:3] == ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    assert kinds[:4] == [gguf.TokenType.CONTROL] * 3 + [gguf.TokenType.NORMAL]


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("hi", "greet"),
        ("hello", "greet"),
        ("Hey!", "greet"),
        ("你好", "zh_hi"),
        ("who are you", "who_are_you"),
        ("How do I download a bigger model?", "download_model"),
        ("how do i open a gguf file", "own_gguf"),
        ("how do i delete a conversation", "delete_conversation"),
        ("is it private?", "privacy"),
        ("do you need internet", "offline"),
        ("i want to kill myself", "pc1"),
        ("怎么下载模型？", "zh_dl"),
    ],
)
def test_answers_common_questions_and_ends(model: GreedyModel, judge: Judge, question: str, subject: str) -> None:
    reply, is_ended = model.answer(question)
    assert subject in judge.subjects(reply), reply
    assert is_ended


def test_hand_written_questions_score_as_the_figures_say(
    model: GreedyModel, judge: Judge, figures: dict[str, Any]
) -> None:
    written = [entry for entry in questions() if entry.group == HAND_WRITTEN]
    replies = [model.answer(entry.question) for entry in written]
    right = sum(
        bool(judge.subjects(reply) & set(entry.accepted)) for entry, (reply, _) in zip(written, replies, strict=True)
    )
    score = figures["groups"][HAND_WRITTEN]
    assert score["asked"] == len(written)
    assert abs(right - score["right"]) <= LIKELY_DIFFERENCE
    assert all(is_ended for _, is_ended in replies)


def test_a_second_turn_is_answered_like_a_first(model: GreedyModel, judge: Judge) -> None:
    reply, _ = model.answer("hi")
    second, is_ended = model.answer("where are the settings?", earlier=(("hi", reply),))
    assert "settings_where" in judge.subjects(second)
    assert is_ended
