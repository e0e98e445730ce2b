"""Presets and snippets as a person uses them: chosen, saved, taken back, and put into a message with the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from tests.fakes import FakeEngine
from tests.ui.conftest import OpenWindow, accessible_name

from app.domain.sampling import PRESETS


def focus(opened: OpenWindow, name: str) -> None:
    """Goes to a control, as with Tab: what is above it moves while the model loads."""
    opened.find(name).forceActiveFocus()
    opened.wait(lambda: opened.has_focus(name))


@pytest.fixture
def inspected(opened: OpenWindow) -> OpenWindow:
    """The window with the inspector and the list of presets."""
    opened.press("Ctrl+I")
    open_list(opened)
    opened.wait(lambda: opened.has_focus("preset-choices"))
    return opened


def open_list(opened: OpenWindow) -> None:
    focus(opened, "preset-picker")
    opened.press("Space")
    opened.find("save-preset")


def names(opened: OpenWindow) -> list[str]:
    return [accessible_name(item) for item in opened.all("preset-choice")]


def with_snippets(opened: OpenWindow) -> OpenWindow:
    snippets = opened.controller.snippets
    snippets.save("", "Letter", "Dear {{cursor}},\nyours")
    snippets.save("", "Explain", "Explain: {{clipboard}}")
    return opened


def test_a_preset_is_chosen_and_taken_back(inspected: OpenWindow) -> None:
    assert names(inspected)[0] == "Translator, English and Chinese"
    inspected.press("Down")
    inspected.press("Return")
    inspected.wait(lambda: not inspected.has("save-preset"))
    assert inspected.property_of("preset-current", "text") == "Proofreader"
    assert str(inspected.property_of("system-prompt", "text")).startswith("Correct the text")
    inspected.click("toast-action")
    assert inspected.property_of("system-prompt", "text") == ""
    assert inspected.property_of("preset-current", "text") == "Choose a preset"


def test_a_preset_is_saved_renamed_and_deleted_with_the_keyboard(inspected: OpenWindow) -> None:
    inspected.controller.inspector.systemPrompt = "Rhyme."
    inspected.controller.inspector.choosePreset("creative")
    focus(inspected, "save-preset")
    inspected.press("Space")
    inspected.wait(lambda: inspected.has_focus("preset-name"))
    inspected.type("Poet")
    inspected.press("Return")
    inspected.wait(lambda: not inspected.has("preset-name"))
    assert inspected.property_of("preset-current", "text") == "Poet"
    (kept,) = [one for one in inspected.controller.presets.list.presets if one.name == "Poet"]
    assert (kept.system_prompt, kept.sampling, kept.model) == ("Rhyme.", PRESETS["creative"], "")
    open_list(inspected)
    inspected.wait(lambda: inspected.has_focus("preset-choices"))
    inspected.press("F2")
    inspected.wait(lambda: inspected.has_focus("preset-name"))
    inspected.type("Bard")
    inspected.press("Return")
    inspected.wait(lambda: inspected.property_of("preset-current", "text") == "Bard")
    open_list(inspected)
    inspected.wait(lambda: inspected.has_focus("preset-choices"))
    inspected.press("Del")
    inspected.wait(lambda: "Bard" not in names(inspected))
    inspected.press("Esc")
    inspected.click("toast-action")
    assert inspected.property_of("preset-current", "text") == "Bard"


def test_many_presets_are_searched(inspected: OpenWindow) -> None:
    assert not inspected.has("preset-search")
    inspected.press("Esc")
    presets = inspected.controller.presets
    for number in range(6):
        presets.save(f"Number {number}", False, False, False)
    open_list(inspected)
    inspected.wait(lambda: inspected.has_focus("preset-search"))
    inspected.type("number 3")
    inspected.wait(lambda: names(inspected) == ["Number 3"])
    inspected.press("Down")
    inspected.wait(lambda: inspected.has_focus("preset-choices"))
    inspected.press("Return")
    inspected.wait(lambda: not inspected.has("save-preset"))
    assert inspected.controller.presets.list.query == ""
    assert inspected.controller.notifier.text == "“Number 3” is in use."


def test_the_menu_of_a_built_in_preset_hides_it(inspected: OpenWindow) -> None:
    inspected.find("preset-choices")
    inspected.click("preset-more")
    assert not inspected.has("rename-preset")
    inspected.click("delete-preset")
    inspected.wait(lambda: "Translator, English and Chinese" not in names(inspected))
    inspected.wait(lambda: not inspected.has("delete-preset"))
    inspected.click("show-hidden-presets")
    inspected.wait(lambda: "Translator, English and Chinese" in names(inspected))


def test_a_snippet_is_put_in_with_the_keyboard(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    with_snippets(opened)
    opened.type("/")
    opened.find("snippets")
    rows = [accessible_name(item) for item in opened.all("snippet")]
    assert rows == ["Explain", "Letter", "new", "regenerate", "snippets"]
    opened.press("Down")
    opened.press("Return")
    opened.wait(lambda: not opened.has("snippets"))
    assert opened.property_of("composer", "text") == "Dear ,\nyours"
    assert opened.property_of("composer", "cursorPosition") == 5
    assert fake_engine.requests == []
    assert opened.has_focus("composer")


def test_tab_puts_in_what_the_clipboard_holds(opened: OpenWindow) -> None:
    QGuiApplication.clipboard().setText("{{cursor}} x")
    with_snippets(opened)
    opened.type("/ex")
    opened.find("snippets")
    opened.press("Tab")
    opened.wait(lambda: opened.property_of("composer", "text") == "Explain: {{cursor}} x")
    assert opened.has_focus("composer")


def test_esc_leaves_a_slash_a_slash(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.type("/n")
    opened.find("snippets")
    opened.press("Esc")
    opened.wait(lambda: not opened.has("snippets"))
    opened.type("ew")
    assert not opened.has("snippets")
    opened.press("Return")
    opened.wait(lambda: len(fake_engine.requests) == 1)
    assert fake_engine.requests[0].messages[-1].content == "/new"


def test_a_command_begins_a_new_conversation(opened: OpenWindow) -> None:
    opened.ask("Hello")
    opened.find("composer").forceActiveFocus()
    opened.type("/new")
    opened.find("snippets")
    opened.press("Return")
    opened.wait(lambda: opened.has("empty-state"))
    assert opened.property_of("composer", "text") == ""


def test_snippets_are_written_and_deleted_on_the_settings_page(opened: OpenWindow) -> None:
    opened.press("Ctrl+,")
    focus(opened, "snippet-add")
    opened.press("Space")
    opened.wait(lambda: opened.has_focus("snippet-name"))
    opened.type("Letter")
    focus(opened, "snippet-text")
    opened.type("Dear")
    opened.click("snippet-save")
    opened.wait(lambda: not opened.has("snippet-name"))
    assert opened.name_of("snippet-line") == "Letter"
    focus(opened, "snippet-remove")
    opened.press("Space")
    opened.wait(lambda: not opened.has("snippet-line"))
    opened.click("toast-action")
    assert opened.name_of("snippet-line") == "Letter"


def test_large_text_and_long_snippets_find_their_place(opened: OpenWindow) -> None:
    opened.controller.snippets.save(
        "", "A name of a snippet that is as long as " + "it may be " * 4, "A long text " * 50
    )
    opened.controller.preferences.change(zoom=2.0, language="zh_CN")
    opened.type("/")
    opened.find("snippets")
    opened.controller.showPage("settings")
    line = opened.find("snippet-line")
    opened.quick.grabWindow()
    assert line.width() <= opened.quick.width()


def test_presets_and_snippets_have_names_for_a_screen_reader(inspected: OpenWindow) -> None:
    assert inspected.name_of("preset-picker") == "Preset"
    assert inspected.name_of("preset-choices") == "Presets"
    assert inspected.name_of("preset-more") == "What can be done with Translator, English and Chinese"
