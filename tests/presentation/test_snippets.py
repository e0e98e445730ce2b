"""Snippets in the window's logic: the menu that ``/`` opens, its variables, and what is kept."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.presentation.notifier import Notifier
from app.presentation.snippet_controller import SnippetController
from app.presentation.snippet_menu import SnippetMenu, filled
from app.storage.conversations import ConversationStore
from app.storage.presets import PresetStore


@pytest.fixture
def notifier(qtbot: QtBot) -> Notifier:
    return Notifier()


@pytest.fixture
def snippets(store: ConversationStore, notifier: Notifier) -> SnippetController:
    """Three snippets."""
    made = SnippetController(PresetStore(store._database), notifier)
    made.save("", "Letter", "Dear {{cursor}},\nyours")
    made.save("", "reply to a letter", "Thank you")
    made.save("", "信", "你好")
    return made


def names(menu: SnippetMenu) -> list[str]:
    return [menu.data(menu.index(row)) for row in range(menu.rowCount())]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/", ["Letter", "reply to a letter", "信", "new", "regenerate", "snippets"]),
        ("/LET", ["Letter", "reply to a letter"]),
        ("/re", ["regenerate", "reply to a letter"]),
        ("/信", ["信"]),
        ("/usr/bin", []),
        ("/let\n", []),
        (" /let", []),
        ("", []),
        ("/" + "l" * 80, []),
    ],
)
def test_what_fits_is_listed(snippets: SnippetController, typed: str, found: list[str]) -> None:
    menu = snippets.menu
    testers = [QAbstractItemModelTester(menu, QAbstractItemModelTester.FailureReportingMode.Fatal)]
    assert testers
    menu.look(typed)
    assert sorted(names(menu)) == sorted(found)
    assert menu.isOpen == bool(found)


def test_those_that_begin_with_it_come_first(snippets: SnippetController) -> None:
    snippets.menu.look("/letter")
    assert names(snippets.menu) == ["Letter", "reply to a letter"]


def test_the_arrows_go_round(snippets: SnippetController) -> None:
    menu = snippets.menu
    menu.look("/let")
    menu.step(-1)
    assert (menu.currentIndex, menu.currentText) == (1, "reply to a letter, Thank you, 2 of 2")
    menu.step(1)
    assert menu.currentIndex == 0
    menu.close()
    assert (menu.isOpen, menu.currentText) == (False, "")
    menu.step(1)
    menu.chooseCurrent()


def test_closed_it_stays_closed_until_the_message_begins_anew(snippets: SnippetController) -> None:
    menu = snippets.menu
    menu.look("/l")
    menu.close()
    menu.look("/le")
    assert not menu.isOpen
    menu.look("")
    menu.look("/l")
    assert menu.isOpen


def test_a_snippet_that_begins_with_a_slash_opens_nothing(snippets: SnippetController, qtbot: QtBot) -> None:
    snippets.save("", "slash", "/letter")
    menu = snippets.menu
    menu.look("/slash")
    with qtbot.waitSignal(menu.inserted) as blocker:
        menu.chooseCurrent()
    assert blocker.args == ["/letter", 7]
    menu.look("/letter")
    assert not menu.isOpen


def test_a_command_empties_the_box_and_is_told(snippets: SnippetController, qtbot: QtBot) -> None:
    snippets.menu.look("/new")
    with qtbot.waitSignals([snippets.menu.inserted, snippets.menu.command_chosen]):
        snippets.menu.choose(0)


@pytest.mark.parametrize(
    ("text", "clipboard", "expected"),
    [
        ("plain", "", ("plain", 5)),
        ("a{{cursor}}b{{cursor}}", "", ("ab", 1)),
        ("{{clipboard}}!{{cursor}}?", "{{cursor}}", ("{{cursor}}!?", 11)),
        ("😀{{cursor}}x", "", ("😀x", 2)),
        ("{{other}}", "", ("{{other}}", 9)),
        ("{{clipboard}}", "x" * 100_001, ("x" * 100_000, 100_000)),
    ],
)
def test_variables_are_filled_in_once(text: str, clipboard: str, expected: tuple[str, int]) -> None:
    assert filled(text, clipboard) == expected


def test_a_snippet_is_changed_searched_and_deleted_with_undo(snippets: SnippetController, notifier: Notifier) -> None:
    letter = snippets.list.snippets[0]
    snippets.save(letter.id, "Note", "Hi")
    assert next((one.name, one.text) for one in snippets.list.snippets) == ("Note", "Hi")
    snippets.list.query = "thank"
    assert snippets.list.rowCount() == 1
    snippets.list.query = "nothing like it"
    assert snippets.list.emptyText == "Nothing found"
    snippets.list.query = ""
    snippets.remove(letter.id)
    assert len(snippets.list.snippets) == 2
    notifier.act()
    assert len(snippets.list.snippets) == 3


def test_a_name_is_good_and_free(snippets: SnippetController) -> None:
    assert snippets.problemOf("", "LETTER")
    assert snippets.problemOf("", "a\nb")
    assert not snippets.problemOf(snippets.list.snippets[0].id, "letter")
    for name, text in (("letter", "x"), ("", "x"), ("x", " ")):
        snippets.save("", name, text)
    assert len(snippets.list.snippets) == 3
