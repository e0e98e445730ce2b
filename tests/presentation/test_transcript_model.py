"""The transcript shows the newest row first and tells the view only what changed while a reply streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.domain.errors import ModelMissing
from app.domain.generation import Timings, Usage
from app.domain.messages import Message, MessageStatus, ReasoningPart, ReplyFacts, Role, TextPart
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.live_reply import SHOWN_REASONING
from app.presentation.transcript_model import ROLES, TranscriptModel
from app.presentation.transcript_rows import Shown, thought_text

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = ReplyFacts(
    model="Skald Starter",
    usage=Usage(12, 4, 41),
    timings=Timings(first_token_s=0.02, tokens_per_s=310.2),
)
REPLY = (
    "Here is a list:\n\n- one\n- two\n\n```python\nprint(1)\nprint(2)\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\nDone."
)


def message(number: int, role: Role, text: str, status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    facts = FACTS if role is Role.ASSISTANT else ReplyFacts()
    return Message(f"m{number}", "c", None, role, (TextPart(text),), status, NOW, NOW, facts)


@pytest.fixture
def make(qtbot: QtBot) -> Callable[..., TranscriptModel]:
    def build(**known: Any) -> TranscriptModel:
        return TranscriptModel(lambda entry: Shown(entry, **known))

    return build


def watched(model: TranscriptModel) -> TranscriptModel:
    """Lets Qt's tester watch from now on; it cannot bear that a model fetches more rows in its reset."""
    model.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def value(model: TranscriptModel, row: int, role: str) -> Any:
    return model.data(model.index(row), FIRST_ROLE + list(ROLES).index(role))


def kinds(model: TranscriptModel) -> list[str]:
    """Top to bottom, as a person sees them."""
    return [value(model, row, "kind") for row in range(model.rowCount() - 1, -1, -1)]


def test_a_conversation_is_shown_block_by_block(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(1, Role.USER, "Hello"), message(2, Role.ASSISTANT, REPLY)])
    assert kinds(model) == ["user", "rich", "rich", "code", "table", "rich", "foot"]
    assert value(model, 6, "accessibleName") == "You: Hello"
    assert value(model, 5, "accessibleName") == f"Skald Starter: {REPLY}"
    assert value(model, 0, "facts") == (
        "Skald Starter · 41 tokens · 4 of 12 prompt tokens reused · 310.2 tok/s · first token 0.02 s · finished"
    )
    assert value(model, 2, "table")["alignments"] == ["", "right"]


def test_streaming_touches_only_the_last_block(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(1, Role.USER, "Hello")])
    watched(model)
    model.begin_reply(message(2, Role.ASSISTANT, "", MessageStatus.STREAMING), "Thinking…")
    assert kinds(model) == ["user", "waiting"]
    touched: list[int] = []
    model.dataChanged.connect(lambda top, _bottom, roles: touched.append(top.row()) if len(roles) != 1 else None)
    for start in range(0, len(REPLY), 7):
        touched.clear()
        model.feed_reply("m2", REPLY[start : start + 7])
        assert all(row <= 1 for row in touched), (start, touched)
    model.end_reply(message(2, Role.ASSISTANT, REPLY))
    fresh = make()
    fresh.show([message(1, Role.USER, "Hello"), message(2, Role.ASSISTANT, REPLY)])
    assert [model.data(model.index(row)) for row in range(model.rowCount())] == [
        fresh.data(fresh.index(row)) for row in range(fresh.rowCount())
    ]
    assert kinds(model) == kinds(fresh)


def test_late_text_of_another_reply_is_dropped(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(1, Role.USER, "Hello")])
    model.feed_reply("m9", "ghost")
    assert kinds(model) == ["user"]


def test_older_messages_come_when_they_are_scrolled_to(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(number, Role.USER, f"text {number}") for number in range(500)])
    laid_out = model.rowCount()
    assert laid_out < 100
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())
    watched(model)
    assert model.rowCount() == 500
    assert value(model, 499, "text") == "text 0"
    assert value(model, 0, "text") == "text 499"


def test_an_interrupted_reply_offers_to_go_on(make: Callable[..., TranscriptModel]) -> None:
    model = make(is_interrupted=True)
    model.show([message(2, Role.ASSISTANT, "Half a sent", MessageStatus.STREAMING)])
    assert kinds(model) == ["rich", "notice", "foot"]
    assert (value(model, 1, "remedy"), value(model, 1, "remedyText")) == ("continue", "Continue")


def test_a_failed_reply_says_what_happened_and_what_to_do(make: Callable[..., TranscriptModel]) -> None:
    failed = message(2, Role.ASSISTANT, "", MessageStatus.ERROR)
    error = ModelMissing(path="/models/gone.gguf").report()
    model = make()
    model.show([Message(**{**vars(failed), "facts": ReplyFacts(model="gone", error=error)})])
    assert kinds(model) == ["notice", "foot"]
    assert value(model, 0, "facts") == "gone · failed"
    assert "gone.gguf is not there" in value(model, 1, "text")
    assert value(model, 1, "isError")
    assert value(model, 1, "isHead")
    assert (value(model, 1, "remedy"), value(model, 1, "remedyText")) == ("choose-model", "Choose another model")


def thought(number: int, reasoning: str, text: str, status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    parts = (ReasoningPart(reasoning, 12.4), *((TextPart(text),) if text else ()))
    return replace(message(number, Role.ASSISTANT, "", status), parts=parts)


def test_reasoning_is_folded_with_its_time_until_it_is_asked_for(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(1, Role.USER, "Hello"), thought(2, "Hm.\n\nSo.", "Two.")])
    watched(model)
    assert kinds(model) == ["user", "reasoning", "rich", "foot"]
    assert value(model, 2, "facts") == "Thought for 12 s"
    assert value(model, 2, "accessibleName") == "Skald Starter: Two."
    assert value(model, 2, "author") == "Skald Starter"
    assert not value(model, 2, "isOpen")
    model.toggleReasoning("m2")
    assert (value(model, 2, "isOpen"), value(model, 2, "text")) == (True, "Hm.\n\nSo.")
    model.toggleReasoning("m2")
    assert not value(model, 2, "isOpen")


def test_a_reply_that_was_cut_in_its_reasoning_offers_to_go_on(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([thought(2, "Hm.", "", MessageStatus.LENGTH)])
    assert kinds(model) == ["reasoning", "foot"]
    assert value(model, 0, "canContinue")
    assert value(model, 1, "accessibleName") == "Skald Starter: Thought for 12 s"


def test_reasoning_runs_and_folds_when_the_answer_begins(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.show([message(1, Role.USER, "Hello")])
    watched(model)
    model.begin_reply(message(2, Role.ASSISTANT, "", MessageStatus.STREAMING), "Waiting…")
    model.feed_reasoning("m9", "ghost", 1.0)
    model.feed_reasoning("m2", "Hm. ", 1.0)
    assert kinds(model) == ["user", "reasoning"]
    assert value(model, 0, "facts") == "Thinking…"
    assert (value(model, 0, "isOpen"), value(model, 0, "isStreaming")) == (True, True)
    model.feed_reasoning("m2", "word " * SHOWN_REASONING, 2.5)
    assert 0 < len(value(model, 0, "text")) <= SHOWN_REASONING + 2
    model.feed_reply("m2", "First.\n\n")
    model.feed_reply("m2", "Second.\n\nThird.")
    assert kinds(model) == ["user", "reasoning", "rich", "rich", "rich"]
    assert value(model, 3, "facts") == "Thought for 2.5 s"
    assert (value(model, 3, "isOpen"), value(model, 3, "isStreaming")) == (False, False)
    assert value(model, 3, "text") == "Hm. " + "word " * SHOWN_REASONING
    assert value(model, 3, "accessibleName") == "Skald Starter: First.\n\nSecond.\n\nThird."
    model.end_reply(thought(2, "Hm.", "First.\n\nSecond.\n\nThird."))
    assert kinds(model) == ["user", "reasoning", "rich", "rich", "rich", "foot"]


def test_what_the_person_unfolds_or_folds_stays_so(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.begin_reply(message(2, Role.ASSISTANT, "", MessageStatus.STREAMING), "Waiting…")
    model.feed_reasoning("m2", "Hm.", 1.0)
    model.toggleReasoning("m2")
    model.feed_reasoning("m2", " So.", 1.5)
    assert not value(model, 0, "isOpen")
    model.toggleReasoning("m2")
    model.feed_reply("m2", "Two.")
    assert value(model, 1, "isOpen")
    model.end_reply(thought(2, "Hm. So.", "Two."))
    assert value(model, 2, "isOpen")


def test_a_reply_that_goes_on_in_its_reasoning_shows_all_of_it(make: Callable[..., TranscriptModel]) -> None:
    model = make()
    model.begin_reply(thought(2, "Hm.", "", MessageStatus.STREAMING), "Waiting…")
    assert kinds(model) == ["reasoning", "waiting"]
    model.feed_reasoning("m2", " So.", 1.0)
    assert kinds(model) == ["reasoning"]
    model.feed_reply("m2", "Two.")
    assert (value(model, 1, "text"), value(model, 1, "facts")) == ("Hm. So.", "Thought for 13 s")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "Thought"), (0.04, "Thought for 0.1 s"), (9.96, "Thought for 10.0 s"),
                          (59.4, "Thought for 59 s"), (65, "Thought for 1 min 5 s")],
)  # fmt: skip
def test_the_time_is_said_as_exactly_as_it_matters(seconds: float, text: str) -> None:
    assert thought_text(seconds) == text
