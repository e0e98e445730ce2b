"""The window as a person has it: what is found by name, what clicking and typing does, what is read then."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow, accessible_name

NAMES = {
    "composer": "Message",
    "send": "Send",
    "transcript": "Conversation",
    "conversations": "Conversations",
    "search": "Search conversations",
    "new-conversation": "New conversation",
    "model-picker": "Model",
    "context-gauge": "Context used",
}
PAGES = {"page-models": "Models", "page-lighten": "Lighten", "page-settings": "Settings"}


@pytest.mark.parametrize(("name", "accessible"), NAMES.items())
def test_a_control_is_found_by_its_names(opened: OpenWindow, name: str, accessible: str) -> None:
    assert opened.name_of(name) == accessible


@pytest.mark.parametrize(("name", "accessible"), PAGES.items())
def test_a_page_opens_from_the_foot_of_the_sidebar_and_closes_again(
    opened: OpenWindow, name: str, accessible: str
) -> None:
    button = name.replace("page-", "open-")
    opened.click(button)
    assert opened.name_of(name) == accessible
    assert not opened.has("composer")
    opened.click(button)
    opened.wait(lambda: not opened.has(name))
    assert opened.has_focus("composer")


def test_every_control_has_an_accessible_name(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.press("Ctrl+I")
    opened.focus("further-sampling")
    opened.click("further-sampling")
    for page in ("conversation", "models", "lighten", "settings"):
        if page != "conversation":
            opened.controller.showPage(page)
            opened.find(f"page-{page}")
        opened.wait(lambda: all(accessible_name(item) and item.objectName() for item in opened.focusable()))


def test_enter_sends_what_was_typed(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Good", " day.")))
    assert opened.has_focus("composer")
    opened.type("Hello")
    opened.press("Return")
    opened.wait(lambda: len(opened.all("message")) == 2)
    opened.wait(lambda: opened.spoken() == {"Skald Starter: Good day.", "You: Hello"})
    assert opened.property_of("composer", "text") == ""
    assert fake_engine.requests[-1].messages[-1].content == "Hello"


def test_shift_enter_begins_a_line(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.type("one")
    opened.press("Shift+Return")
    opened.type("two")
    assert opened.property_of("composer", "text") == "one\ntwo"
    assert fake_engine.requests == []


def test_enter_never_sends_while_an_input_method_composes(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.find("composer")
    opened.compose("nihao")
    opened.press("Return")
    assert not opened.controller.composer.isGenerating
    opened.compose("", "你好")
    assert "你好" in str(opened.property_of("composer", "text"))
    assert fake_engine.requests == []
    opened.press("Return")
    opened.wait(lambda: len(fake_engine.requests) == 1)


def test_stop_takes_the_place_of_send(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("Once",), is_held=True))
    opened.type("Tell")
    opened.click("send")
    assert opened.name_of("stop") == "Stop"
    assert not opened.has("send")
    opened.press("Esc")
    opened.wait(lambda: opened.has("send"))


def test_the_empty_state_says_who_answers_and_leads_to_the_models(opened: OpenWindow) -> None:
    assert "starter" in str(opened.property_of("starter-line", "text"))
    opened.click("empty-models")
    opened.find("page-models")
    opened.press("Esc")
    opened.wait(lambda: opened.has("empty-state"))
    opened.ask("Hello")
    opened.wait(lambda: not opened.has("empty-state"))


def test_a_conversation_is_renamed_in_place(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.find("conversations").forceActiveFocus()
    opened.press("F2")
    opened.wait(lambda: opened.has_focus("rename-box"))
    opened.type("Travel")
    opened.press("Return")
    opened.wait(lambda: opened.name_of("conversation") == "Travel")
    opened.double_click("conversation")
    opened.wait(lambda: opened.has_focus("rename-box"))
    opened.type("Other")
    opened.press("Esc")
    opened.wait(lambda: not opened.has("rename-box"))
    assert opened.name_of("conversation") == "Travel"


def test_delete_in_the_list_can_be_undone(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.find("conversations").forceActiveFocus()
    opened.press("Del")
    opened.wait(lambda: not opened.has("conversation"))
    assert opened.name_of("toast") == "“Hello” was deleted."
    opened.click("toast-action")
    assert opened.name_of("conversation") == "Hello"
    assert len(opened.all("message")) == 2


def test_plain_keys_in_the_message_box_are_text(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.find("composer").forceActiveFocus()
    opened.press("Del")
    opened.press("F2")
    assert opened.has("conversation")
    assert not opened.has("rename-box")


def test_the_search_filters_and_esc_ends_it(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.press("Ctrl+K")
    assert opened.has_focus("search")
    opened.type("nothing like it")
    opened.wait(lambda: not opened.has("conversation"))
    opened.press("Esc")
    opened.wait(lambda: opened.has("conversation"))


def test_copy_below_a_reply_copies_its_text(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("**Bold** words",)))
    opened.ask("Hello")
    opened.find("regenerate")
    foot = max(opened.all("copy-message"), key=lambda item: item.mapToScene(item.position()).y())
    foot.forceActiveFocus()
    opened.press("Space")
    assert QGuiApplication.clipboard().text() == "Bold words"
    assert opened.name_of("toast") == "Copied."


def test_another_variant_stands_beside_the_first(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("first",)), FakeReply(("second",)))
    opened.ask("Hello")
    with opened.qtbot.waitSignal(opened.controller.transcript.replyFinished):
        opened.click("regenerate")
    opened.wait(lambda: "Skald Starter: second" in opened.spoken())
    opened.click("previous-variant")
    opened.wait(lambda: "Skald Starter: first" in opened.spoken())


def test_a_link_is_opened_only_after_its_address_was_shown(opened: OpenWindow) -> None:
    opened.controller.askLink("https://example.org/a?b=1")
    assert opened.property_of("link-address", "text") == "https://example.org/a?b=1"
    opened.click("link-copy")
    assert QGuiApplication.clipboard().text() == "https://example.org/a?b=1"
    opened.press("Esc")
    opened.wait(lambda: opened.controller.pendingLink == "")
    opened.wait(lambda: not opened.has("link-address"))


def test_code_is_coloured_in_the_window(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    fake_engine.enqueue(FakeReply(("```python\ndef one():\n    return 'two'\n```\n",)))
    opened.ask("Code")
    code = opened.find("code")

    def colours() -> int:
        picture = opened.quick.grabWindow()
        corner = code.mapToScene(code.boundingRect().topLeft()).toPoint()
        width, height = min(int(code.width()), 120), int(code.height())
        at = [(corner.x() + x, corner.y() + y) for x in range(width) for y in range(height)]
        return sum(1 for x, y in at if picture.pixelColor(x, y).hsvSaturation() > 100)

    opened.wait(lambda: colours() > 20)


def test_dark_and_light_are_drawn(opened: OpenWindow) -> None:
    def middle() -> int:
        return opened.quick.grabWindow().pixelColor(opened.quick.width() - 20, 200).lightness()

    opened.controller.preferences.change(theme="dark")
    opened.wait(lambda: middle() < 60)
    opened.controller.preferences.change(theme="light")
    opened.wait(lambda: middle() > 200)


def test_chinese_is_spoken_at_once(opened: OpenWindow) -> None:
    opened.controller.preferences.change(language="zh_CN")
    opened.wait(lambda: opened.name_of("send") == "发送")
    assert opened.name_of("composer") == "消息"


def test_a_small_window_with_large_text_can_be_used(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.quick.resize(640, 480)
    opened.controller.preferences.change(zoom=2.0)
    opened.wait(lambda: not opened.has("new-conversation"))
    opened.type("Hello")
    opened.click("send")
    opened.wait(lambda: len(fake_engine.requests) == 1)
    opened.click("show-sidebar")
    opened.click("new-conversation")
    opened.wait(lambda: not opened.has("new-conversation"))
