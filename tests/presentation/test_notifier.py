"""One toast at a time, whose button works once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.presentation.notifier import Notifier


def test_the_button_works_once(qtbot: QtBot) -> None:
    notifier, done = Notifier(), []
    notifier.show("Deleted.", "Undo", lambda: done.append(1))
    assert (notifier.text, notifier.actionText, notifier.isVisible) == ("Deleted.", "Undo", True)
    notifier.act()
    notifier.act()
    assert done == [1]
    assert not notifier.isVisible


def test_one_that_has_to_be_read_stays(qtbot: QtBot) -> None:
    notifier = Notifier()
    notifier.show("Copied.")
    assert notifier._timer.isActive()
    notifier.show("It crashed.", "Try again", lambda: None, stays=True)
    assert not notifier._timer.isActive()
    notifier.dismiss()
    assert not notifier.isVisible


def test_the_next_toast_takes_the_place_of_the_last(qtbot: QtBot) -> None:
    notifier, done = Notifier(), []
    notifier.show("Deleted.", "Undo", lambda: done.append(1))
    notifier.show("Copied.")
    notifier.act()
    assert done == []
