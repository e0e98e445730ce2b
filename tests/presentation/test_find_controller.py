"""Words are found in every message of the conversation, also in those that are not laid out yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from app.domain.messages import Message, MessageStatus, Role, TextPart
from app.presentation.find_controller import FindController
from app.presentation.transcript_model import TranscriptModel
from app.presentation.transcript_rows import Shown

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def said(number: int, text: str) -> Message:
    role = Role.ASSISTANT if number % 2 else Role.USER
    return Message(f"m{number}", "c", None, role, (TextPart(text),), MessageStatus.COMPLETE, NOW, NOW)


Search = Callable[[list[str], str], tuple[FindController, TranscriptModel, list[int]]]


@pytest.fixture
def search(qtbot: QtBot) -> Search:
    def build(texts: list[str], query: str) -> tuple[FindController, TranscriptModel, list[int]]:
        messages = [said(number, text) for number, text in enumerate(texts)]
        model = TranscriptModel(Shown)
        model.show(messages)
        find = FindController(model, lambda: messages, model)
        rows: list[int] = []
        find.hitShown.connect(rows.append)
        find.open()
        find.query = query
        qtbot.waitUntil(lambda: not find._work.isActive())
        return find, model, rows

    return build


def shown(model: TranscriptModel, row: int) -> str:
    return str(model.data(model.index(row), 0))


@pytest.mark.parametrize(
    ("query", "count"), [("planet", 3), ("PLANET", 3), ("bold words", 1), ("行星", 2), ("a.c", 0), ("", 0), ("$x", 0)]
)
def test_hits_are_counted_as_they_are_read(search: Search, query: str, count: int) -> None:
    texts = ["A planet", "Planet, **bold** words\n\n```\nplanet = 'abc'\n```", "行星和行星"]
    assert search(texts, query)[0].count == count


def test_next_and_previous_go_round(search: Search) -> None:
    find, model, rows = search(["one hit", "nothing", "hit and hit"], "hit")
    assert (find.countText, shown(model, rows[-1])) == ("3 of 3", "hit and hit")
    assert find.occurrence == 1
    find.step(True)
    assert (find.countText, find.occurrence) == ("2 of 3", 0)
    find.step(True)
    assert (find.countText, shown(model, rows[-1])) == ("1 of 3", "one hit")
    find.step(True)
    assert find.countText == "3 of 3"
    find.step(False)
    assert find.countText == "1 of 3"


def test_an_old_message_is_laid_out_when_it_is_jumped_to(search: Search) -> None:
    find, model, rows = search(["the needle", *(f"straw {number}" for number in range(500)), "needle"], "needle")
    before = model.rowCount()
    assert before < 100
    find.step(True)
    assert model.rowCount() >= 501
    assert shown(model, rows[-1]) == "the needle"


def test_closing_forgets_the_words(search: Search) -> None:
    find, _, _ = search(["hit"], "hit")
    find.close()
    assert (find.isOpen, find.query, find.count, find.countText) == (False, "", 0, "")
    find.step(False)


def test_what_is_not_there_is_said(search: Search) -> None:
    assert search(["hit"], "miss")[0].countText == "Not found"
