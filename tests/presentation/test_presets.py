"""Presets in the window: applied with undo wherever the person has gone meanwhile, kept, replaced, exchanged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from tests.gguf_files import write_llama

from app.assembly import Window
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice
from app.domain.presets import Preset
from app.presentation.preset_controller import PresetController
from app.storage.conversations import ConversationStore

POET = Preset(
    "poet", "Poet", "Rhyme.", SamplingParameters(top_k=7), "", ThinkingChoice(False, 9), ContextPolicy.STOP, 2
)


@pytest.fixture
def presets(window: Window, qtbot: QtBot) -> PresetController:
    """The presets of a window whose model is loaded."""
    qtbot.waitUntil(lambda: window.controller.picker.state == "ready")
    kept = window.controller.presets
    kept._presets.keep(POET)
    kept.refresh()
    return kept


def ids(presets: PresetController) -> list[str]:
    return [preset.id for preset in presets.list.presets]


def ask(window: Window, qtbot: QtBot, text: str) -> str:
    with qtbot.waitSignal(window.controller.transcript.replyFinished):
        assert window.controller.composer.send(text)
    return window.controller.conversations.currentId


def store_of(window: Window) -> ConversationStore:
    return window.controller.parts.store


def is_applied(window: Window, conversation_id: str) -> bool:
    found = store_of(window).get(conversation_id)
    said = (found.system_prompt, found.sampling, found.thinking, found.policy, found.pinned)
    return said == (POET.system_prompt, POET.sampling, POET.thinking, POET.policy, POET.pinned)


def test_the_list_is_a_sound_model(presets: PresetController) -> None:
    testers = [QAbstractItemModelTester(presets.list, QAbstractItemModelTester.FailureReportingMode.Fatal)]
    assert testers
    presets.list.query = "RHYME poet"
    assert (presets.list.count, presets.list.isLong) == (1, False)
    presets.list.query = ""
    assert presets.list.count == len(presets.list.presets)


def test_applied_before_the_first_message_it_is_kept_with_it(
    window: Window, presets: PresetController, qtbot: QtBot
) -> None:
    presets.apply(POET.id)
    assert (presets.currentName, window.controller.inspector.systemPrompt) == ("Poet", "Rhyme.")
    conversation_id = ask(window, qtbot, "Hello")
    assert is_applied(window, conversation_id)
    window.controller.notifier.act()
    found = store_of(window).get(conversation_id)
    assert (found.system_prompt, found.sampling, found.thinking, found.policy) == ("", None, ThinkingChoice(), None)
    assert window.controller.inspector.sampling == SamplingParameters()
    assert presets.currentName == ""


def test_applied_in_the_middle_of_a_conversation_and_taken_back_from_elsewhere(
    window: Window, presets: PresetController, qtbot: QtBot
) -> None:
    conversation_id = ask(window, qtbot, "Hello")
    window.controller.inspector.systemPrompt = "Before."
    presets.apply(POET.id)
    assert is_applied(window, conversation_id)
    window.controller.newConversation()
    assert window.controller.inspector.systemPrompt == ""
    window.controller.notifier.act()
    assert store_of(window).get(conversation_id).system_prompt == "Before."
    assert window.controller.inspector.systemPrompt == ""
    window.controller.conversations.open(conversation_id)
    assert (window.controller.inspector.systemPrompt, window.controller.context.policy) == ("Before.", "roll")


def test_undo_for_a_new_conversation_that_was_left_touches_no_other(
    window: Window, presets: PresetController, qtbot: QtBot
) -> None:
    conversation_id = ask(window, qtbot, "Hello")
    window.controller.newConversation()
    presets.apply(POET.id)
    window.controller.conversations.open(conversation_id)
    before = store_of(window).get(conversation_id)
    window.controller.notifier.act()
    assert store_of(window).get(conversation_id) == before
    assert window.controller.inspector.systemPrompt == ""


def test_the_current_one_is_the_one_that_fits(window: Window, presets: PresetController) -> None:
    presets.apply(POET.id)
    window.controller.inspector.setNumber("top_k", 8)
    assert presets.currentName == ""
    window.controller.inspector.setNumber("top_k", 7)
    assert presets.currentName == "Poet"
    window.controller.thinking.budget = 10
    assert presets.currentName == ""


def test_saved_replaced_and_taken_back(window: Window, presets: PresetController) -> None:
    window.controller.inspector.systemPrompt = "Sing."
    presets.save("  Singer ", True, True, True)
    (singer,) = [preset for preset in presets.list.presets if preset.name == "Singer"]
    assert (singer.system_prompt, singer.sampling, singer.model) == ("Sing.", SamplingParameters(), "starter")
    assert (singer.thinking, singer.policy, presets.currentName) == (ThinkingChoice(), None, "Singer")
    assert presets.suggestion == {"name": "Singer", "hasSampling": True, "hasModel": True, "hasContext": True}
    window.controller.inspector.systemPrompt = "Shout."
    assert presets.isTaken("sINGER", "")
    presets.save("singer", False, False, False)
    assert [preset.system_prompt for preset in presets.list.presets if preset.id == singer.id] == ["Shout."]
    window.controller.notifier.act()
    assert singer in presets.list.presets
    for bad in ("", "  ", "a\nb", "x" * 81):
        presets.save(bad, True, True, True)
    assert len(ids(presets)) == 6
    assert presets.problemOf("a\tb")
    assert not presets.problemOf("")


def test_renamed_and_deleted_with_undo(window: Window, presets: PresetController) -> None:
    presets.save("Other", False, False, False)
    presets.rename(POET.id, "other")
    assert "Poet" in [preset.name for preset in presets.list.presets]
    presets.rename(POET.id, "Bard")
    assert "Bard" in [preset.name for preset in presets.list.presets]
    window.controller.notifier.act()
    presets.remove(POET.id)
    assert POET.id not in ids(presets)
    window.controller.notifier.act()
    assert POET in presets.list.presets
    built_in = ids(presets)[-1]
    presets.rename(built_in, "Mine")
    presets.remove(built_in)
    assert (built_in in ids(presets), presets.hasHidden) == (False, True)
    window.controller.notifier.act()
    assert (built_in in ids(presets), presets.hasHidden) == (True, False)


def test_a_preset_with_a_model_loads_it_and_undo_goes_back(
    window: Window, presets: PresetController, qtbot: QtBot, tmp_path: Path
) -> None:
    picker = window.controller.picker
    with qtbot.waitSignal(window.controller.parts.loader.became_ready):
        picker.openFile(QUrl.fromLocalFile(str(write_llama(tmp_path / "tiny.gguf"))))
    presets.save("With tiny", False, True, False)
    qtbot.waitUntil(lambda: picker.models.has("tiny") and picker.models.has("starter"))
    picker.choose("starter")
    qtbot.waitUntil(lambda: picker.currentName == "Skald Starter")
    assert presets.currentName == ""
    presets.apply(next(preset.id for preset in presets.list.presets if preset.name == "With tiny"))
    qtbot.waitUntil(lambda: picker.currentName == "tiny")
    assert presets.currentName == "With tiny"
    window.controller.notifier.act()
    qtbot.waitUntil(lambda: picker.currentName == "Skald Starter")


def test_a_model_that_is_not_there_is_said_and_the_rest_is_applied(window: Window, presets: PresetController) -> None:
    presets._presets.keep(Preset("gone", "Gone", "Hello.", model="nowhere"))
    presets.refresh()
    presets.apply("gone")
    assert window.controller.inspector.systemPrompt == "Hello."
    assert "nowhere" in window.controller.notifier.text
    window.controller.notifier.act()
    assert window.controller.inspector.systemPrompt == ""


def test_another_language_says_the_built_in_ones_anew(window: Window, presets: PresetController) -> None:
    window.controller.preferences.change(language="zh_CN")
    assert "校对" in [preset.name for preset in presets.list.presets]
    window.controller.preferences.change(language="en")
    assert "Proofreader" in [preset.name for preset in presets.list.presets]


def test_export_and_import_say_what_came_of_them(window: Window, presets: PresetController, tmp_path: Path) -> None:
    window.controller.snippets.save("", "Letter", "Dear")
    presets.exchange.exportTo(QUrl.fromLocalFile(str(tmp_path / "mine")))
    assert str(tmp_path / "mine.json") in window.controller.notifier.text
    content = json.loads((tmp_path / "mine.json").read_text("utf-8"))
    assert [entry["name"] for entry in (*content["presets"], *content["snippets"])] == ["Poet", "Letter"]
    presets.remove(POET.id)
    window.controller.snippets.remove(window.controller.snippets.list.snippets[0].id)
    presets.exchange.importFrom(QUrl.fromLocalFile(str(tmp_path / "mine.json")))
    assert window.controller.notifier.text == "Added: presets 1, snippets 1."
    assert "Poet" in [preset.name for preset in presets.list.presets]
    assert [one.name for one in window.controller.snippets.list.snippets] == ["Letter"]
    (tmp_path / "bad.json").write_text("{", "utf-8")
    presets.exchange.importFrom(QUrl.fromLocalFile(str(tmp_path / "bad.json")))
    assert "bad.json" in window.controller.notifier.text
    presets.exchange.exportTo(QUrl.fromLocalFile(str(tmp_path / "none" / "mine.json")))
    assert "none" in window.controller.notifier.text
