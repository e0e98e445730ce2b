"""Each shortcut of the window does what the list of shortcuts says."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow, accessible_name


def test_a_new_conversation(opened: OpenWindow) -> None:
    for keys in ("Ctrl+N", "Ctrl+Shift+O"):
        opened.ask("Hello")
        opened.press(keys)
        assert opened.has("empty-state")
        assert opened.has_focus("composer")


def test_the_sidebar_comes_and_goes(opened: OpenWindow) -> None:
    opened.press("Ctrl+B")
    assert not opened.has("conversations")
    opened.press("Ctrl+B")
    assert opened.has("conversations")


def test_search_shows_a_hidden_sidebar(opened: OpenWindow) -> None:
    opened.press("Ctrl+B")
    opened.press("Ctrl+K")
    assert opened.has_focus("search")


def test_the_inspector_comes_and_goes(opened: OpenWindow) -> None:
    before = opened.has("temperature")
    for shown in (not before, before):
        opened.press("Ctrl+I")
        opened.wait(lambda wanted=shown: opened.has("temperature") == wanted)  # type: ignore[misc]


def test_settings_and_back(opened: OpenWindow) -> None:
    opened.press("Ctrl+,")
    assert opened.has("page-settings")
    opened.press("Ctrl+,")
    opened.wait(lambda: not opened.has("page-settings"))


def test_the_list_of_shortcuts_shows_each_one(opened: OpenWindow) -> None:
    opened.press("Ctrl+/")
    opened.find("shortcuts-list")
    lines = {accessible_name(item) for item in opened.all("shortcut")}
    assert {"Send the message: Enter", "Search conversations: Ctrl+K", "Find in the conversation: Ctrl+F"} <= lines
    for _ in range(40):
        opened.press("Down")
    opened.wait(lambda: "This list: Ctrl+/" in {accessible_name(item) for item in opened.all("shortcut")})
    opened.press("Esc")
    opened.wait(lambda: not opened.has("shortcuts-list"))


def test_the_model_picker_opens_and_a_model_is_chosen(opened: OpenWindow) -> None:
    opened.press("Ctrl+L")
    assert opened.name_of("model-choice") == "Skald Starter"
    opened.press("Return")
    opened.wait(lambda: not opened.has("model-choice"))


def test_zoom(opened: OpenWindow) -> None:
    height = opened.find("new-conversation").height()
    opened.press("Ctrl+=")
    opened.wait(lambda: opened.find("new-conversation").height() > height)
    opened.press("Ctrl+-")
    opened.press("Ctrl+-")
    opened.wait(lambda: opened.find("new-conversation").height() < height)
    opened.press("Ctrl+0")
    opened.wait(lambda: opened.find("new-conversation").height() == height)


def test_delete_with_undo(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.press("Ctrl+Shift+D")
    opened.wait(lambda: not opened.has("conversation"))
    opened.click("toast-action")
    assert opened.name_of("conversation") == "Hello"


def test_copy_the_last_reply(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("An answer",)))
    opened.ask("Hello")
    opened.press("Ctrl+Shift+C")
    assert QGuiApplication.clipboard().text() == "An answer"
