"""The conversation list tells the view only what changed, and every delete can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.domain.messages import Role, TextPart
from app.presentation.conversation_list_model import PAGE, ConversationListModel
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.notifier import Notifier
from app.storage.conversations import ConversationStore
from app.storage.shelf import Shelf


@pytest.fixture
def notifier(qtbot: QtBot) -> Notifier:
    return Notifier()


@pytest.fixture
def conversations(store: ConversationStore, shelf: Shelf, notifier: Notifier) -> ConversationListModel:
    for title in ("first", "second", "third"):
        store.create(title)
    model = ConversationListModel(store, shelf, notifier)
    model.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def titles(model: QAbstractItemModel) -> list[str]:
    return [model.data(model.index(row, 0), FIRST_ROLE + 1) for row in range(model.rowCount())]


def test_newest_first(conversations: ConversationListModel) -> None:
    assert titles(conversations) == ["third", "second", "first"]


def test_a_message_moves_its_conversation_up(conversations: ConversationListModel, store: ConversationStore) -> None:
    moved: list[int] = []
    conversations.rowsMoved.connect(lambda *_: moved.append(1))
    first = store.list()[-1]
    store.add_message(first.id, Role.USER, (TextPart("hello"),), parent_id=None)
    conversations.refresh()
    assert titles(conversations) == ["first", "third", "second"]
    assert moved == [1]


def test_delete_and_undo(conversations: ConversationListModel, store: ConversationStore, notifier: Notifier) -> None:
    second = store.list()[1].id
    conversations.select(second)
    conversations.remove(second)
    assert titles(conversations) == ["third", "first"]
    assert conversations.current_id == ""
    assert "second" in notifier.text
    notifier.act()
    assert titles(conversations) == ["third", "second", "first"]
    assert conversations.current_id == second
    assert notifier.text == ""


def test_rename_ignores_an_empty_title(conversations: ConversationListModel, store: ConversationStore) -> None:
    second = store.list()[1].id
    conversations.rename(second, "  ")
    conversations.rename(second, " Trip to Kyoto ")
    assert titles(conversations)[0:3].count("Trip to Kyoto") == 1


def test_only_what_is_scrolled_to_is_read(store: ConversationStore, shelf: Shelf, notifier: Notifier) -> None:
    for number in range(PAGE + 1):
        store.create(f"number {number}")
    model = ConversationListModel(store, shelf, notifier)
    assert model.rowCount() == PAGE
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert titles(model)[-1] == "number 0"
    assert not model.canFetchMore(QModelIndex())
