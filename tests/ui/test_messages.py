"""What a person does with a message in the window: its menu, the box to edit it, variants, undo."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

MENU = ("edit", "regenerate-with", "branch", "copy-text", "copy-markdown", "delete-message")


def open_menu(opened: OpenWindow, number: int) -> None:
    """Opens the menu of a message with the keyboard; number 0 is the first message."""
    assert opened.spoken(), "a screen reader has been there all the time"
    buttons = sorted(opened.all("message-actions"), key=lambda item: item.mapToScene(item.position()).y())
    buttons[number].forceActiveFocus()
    opened.press("Space")
    opened.wait(lambda: all(opened.has(name) for name in MENU))


def choose(opened: OpenWindow, number: int, entry: str) -> None:
    """Chooses an entry of a message's menu with the keyboard."""
    open_menu(opened, number)
    for _ in range(MENU.index(entry) + 1):
        opened.press("Down")
    opened.press("Return")
    opened.wait(lambda: not opened.has("delete-message"))


def test_every_entry_has_a_name(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    open_menu(opened, 1)
    assert [opened.name_of(name) for name in MENU] == [
        "Edit",
        "Regenerate with another model…",
        "Branch into a new conversation",
        "Copy as text",
        "Copy as Markdown",
        "Delete message",
    ]
    assert opened.name_of("message-actions") == "More for this message"


def test_a_question_is_edited_answered_and_undone(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("One.",)), FakeReply(("Two.",)))
    opened.ask("first")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 0, "edit")
    opened.wait(lambda: opened.has_focus("editor"))
    assert opened.property_of("editor", "text") == "first"
    opened.type(" words")
    opened.press("Shift+Return")
    opened.type("more")
    with opened.qtbot.waitSignal(opened.controller.transcript.replyFinished):
        opened.press("Return")
    opened.wait(lambda: opened.spoken() == {"You: first words\nmore", "Skald Starter: Two."})
    assert opened.has("previous-variant")
    opened.click("previous-variant")
    opened.wait(lambda: opened.spoken() == {"You: first", "Skald Starter: One."})
    opened.click("toast-action")
    opened.wait(lambda: not opened.has("previous-variant"))
    assert opened.spoken() == {"You: first", "Skald Starter: One."}


def test_esc_leaves_a_message_as_it_was(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    for number in (0, 1):
        choose(opened, number, "edit")
        opened.wait(lambda: opened.has_focus("editor"))
        opened.type("something else")
        opened.press("Esc")
        opened.wait(lambda: not opened.has("editor"))
        opened.wait(lambda: opened.has_focus("transcript"))
        assert opened.spoken() == {"You: Hello", "Skald Starter: Hello there."}


def test_a_reply_is_edited_and_says_so(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 1, "edit")
    opened.wait(lambda: opened.has_focus("editor"))
    opened.type(" Friend.")
    opened.press("Return")
    opened.wait(lambda: "Skald Starter: Hello there. Friend." in opened.spoken())
    assert "edited" in str(opened.property_of("facts", "text"))
    assert len(fake_engine.requests) == 1
    opened.click("toast-action")
    opened.wait(lambda: "Skald Starter: Hello there." in opened.spoken())


def test_enter_never_keeps_an_edit_while_an_input_method_composes(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 1, "edit")
    opened.wait(lambda: opened.has_focus("editor"))
    opened.compose("nihao")
    opened.press("Return")
    assert opened.has("editor")
    opened.compose("", "你好")
    opened.press("Return")
    opened.wait(lambda: any(said.endswith("你好") for said in opened.spoken()))


def test_a_message_is_deleted_and_comes_back(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 0, "delete-message")
    opened.wait(lambda: opened.spoken() == {"Skald Starter: Hello there."})
    assert opened.name_of("toast") == "The message was deleted."
    opened.click("toast-action")
    opened.wait(lambda: opened.spoken() == {"You: Hello", "Skald Starter: Hello there."})


def test_a_branch_becomes_a_conversation(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 0, "branch")
    opened.wait(lambda: opened.spoken() == {"You: Hello"})
    assert opened.controller.title == "Hello (branch)"
    opened.click("toast-action")
    opened.wait(lambda: opened.spoken() == {"You: Hello", "Skald Starter: Hello there."})
    assert opened.controller.title == "Hello"


def test_copy_as_text_and_as_markdown(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("**Bold** words\n\n- one",)))
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    for entry, text in (("copy-text", "Bold words\n\n• one"), ("copy-markdown", "**Bold** words\n\n- one")):
        choose(opened, 1, entry)
        opened.wait(lambda wanted=text: QGuiApplication.clipboard().text() == wanted)  # type: ignore[misc]


def test_another_model_is_asked_from_the_menu(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("first",)), FakeReply(("second",)))
    opened.ask("Hello")
    opened.wait(lambda: opened.has("facts"))
    choose(opened, 1, "regenerate-with")
    opened.wait(lambda: opened.has("regenerate-model"))
    assert opened.name_of("regenerate-model") == "Skald Starter"
    with opened.qtbot.waitSignal(opened.controller.transcript.replyFinished):
        opened.press("Down")
        opened.press("Return")
    opened.wait(lambda: "Skald Starter: second" in opened.spoken())


def test_a_reply_tells_what_is_known_of_it(opened: OpenWindow) -> None:
    opened.ask("Hello")
    assert (
        opened.property_of("facts", "text") == "Skald Starter · 2 tokens · 300.0 tok/s · first token 0.02 s · finished"
    )
