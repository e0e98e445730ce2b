"""The inspector: presets, numbers, what the model recommends, and a format that is checked while it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine
from tests.gguf_files import write_llama

from app.assembly import Window
from app.domain.generation import LogitBias, SamplingParameters
from app.domain.sampling import PRESETS, RANGES
from app.presentation.inspector_controller import InspectorController
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.sampling_model import SamplingModel
from app.storage.conversations import ConversationStore
from app.storage.settings import SettingsFile


@pytest.fixture
def inspector(store: ConversationStore, settings: SettingsFile, qtbot: QtBot) -> InspectorController:
    """The inspector of a new conversation."""
    return InspectorController(store, settings)


def rows(model: SamplingModel) -> dict[str, dict[str, Any]]:
    roles = [bytes(name.data()).decode() for name in model.roleNames().values()]
    found = [
        {role: model.data(model.index(row), FIRST_ROLE + at) for at, role in enumerate(roles)}
        for row in range(model.rowCount())
    ]
    return {row["key"]: row for row in found}


def test_every_number_is_a_row_that_can_be_set(inspector: InspectorController) -> None:
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        for model in (inspector.common, inspector.further)
    ]
    assert testers
    found = rows(inspector.common) | rows(inspector.further)
    assert set(found) == set(RANGES)
    for name, row in found.items():
        limits = RANGES[name]
        assert row["name"]
        assert row["note"]
        assert row["lowest"] <= row["number"] <= row["highest"]
        for value in (row["lowest"], row["highest"], limits.highest + 100):
            inspector.setNumber(name, value)
            assert getattr(inspector.sampling, name) == min(value, limits.highest)
    inspector.reset()
    assert inspector.sampling == SamplingParameters()


def test_off_is_said_with_a_word(inspector: InspectorController) -> None:
    found = rows(inspector.common) | rows(inspector.further)
    off = {name for name, row in found.items() if row["shown"] == "Off"}
    assert {"top_n_sigma", "typical_p", "dry_multiplier", "mirostat", "repeat_penalty"} <= off
    assert found["temperature"]["shown"] == "0.70"


def test_a_preset_sets_all_numbers_and_a_change_makes_it_ones_own(inspector: InspectorController) -> None:
    inspector.seed = "5"
    assert [entry["value"] for entry in inspector.presets] == list(PRESETS)
    assert inspector.preset == "balanced"
    inspector.choosePreset("precise")
    assert (inspector.preset, inspector.sampling.top_k, inspector.sampling.seed) == ("precise", 20, 5)
    inspector.setNumber("top_p", 0.5)
    assert inspector.preset == "custom"
    assert inspector.presets[-1] == {"value": "custom", "text": "Your own"}
    inspector.choosePreset("custom")
    assert inspector.sampling.top_p == 0.5
    inspector.choosePreset("greedy")
    assert [entry["value"] for entry in inspector.presets] == list(PRESETS)


def test_the_seed_is_digits(inspector: InspectorController) -> None:
    for typed, seed in (("12", 12), ("x", None), ("4294967295", 0), ("9" * 50, int("9" * 20) % (2**32 - 1))):
        inspector.seed = typed
        assert inspector.sampling.seed == seed


def test_a_format_is_checked_when_the_person_pauses(inspector: InspectorController, qtbot: QtBot) -> None:
    output = inspector.output
    assert [entry["value"] for entry in output.kinds] == ["free", "grammar", "json_schema"]
    output.kind = "grammar"
    with qtbot.waitSignal(output.checked):
        output.text = "root ::= answer"
    assert "answer" in output.error
    assert inspector.sampling.grammar == "root ::= answer"
    with qtbot.waitSignal(output.checked):
        output.text = 'root ::= "yes"'
    assert output.error == ""
    output.kind = "json_schema"
    assert (inspector.sampling.grammar, output.text) == ("", "")
    with qtbot.waitSignal(output.checked):
        output.text = '{"pattern": "a"}'
    assert "pattern" in output.error
    output.kind = "grammar"
    assert (inspector.sampling.grammar, inspector.sampling.json_schema) == ('root ::= "yes"', "")
    output.kind = "free"
    assert (inspector.sampling, output.error) == (SamplingParameters(), "")


def test_a_text_that_is_too_long_is_said_and_not_kept(inspector: InspectorController, qtbot: QtBot) -> None:
    inspector.output.kind = "grammar"
    with qtbot.waitSignal(inspector.output.checked):
        inspector.output.text = "a" * 70_000
    assert inspector.output.error
    assert inspector.sampling.grammar == ""


def test_biases_are_lines(inspector: InspectorController, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inspector.output.checked):
        inspector.output.biases = "sorry=-100\n\noops\n a=1.5"
    assert inspector.sampling.logit_bias == (LogitBias("sorry", -100.0), LogitBias(" a", 1.5))
    assert "oops" in inspector.output.biasError
    inspector.reset()
    assert (inspector.output.biases, inspector.output.biasError) == ("", "")


def test_a_conversation_keeps_its_sampling(inspector: InspectorController, store: ConversationStore) -> None:
    inspector.output.kind = "grammar"
    inspector.output.text = 'root ::= "a"'
    conversation = store.create("One")
    inspector.keep_with(conversation.id)
    inspector.setNumber("mirostat", 2)
    inspector.show("")
    assert inspector.sampling == SamplingParameters()
    inspector.show(conversation.id)
    assert inspector.sampling == SamplingParameters(mirostat=2, grammar='root ::= "a"')
    assert (inspector.output.kind, inspector.output.text) == ("grammar", 'root ::= "a"')


def test_the_models_recommendation_comes_before_the_settings_and_after_what_was_set_for_it(
    window: Window, qtbot: QtBot, tmp_path: Path, fake_engine: FakeEngine, settings: SettingsFile
) -> None:
    path = write_llama(tmp_path / "tiny.gguf", sampling={"temp": 0.6, "top_p": 0.8})
    inspector, picker = window.controller.inspector, window.controller.picker
    settings.change(temperature=1.0)
    qtbot.waitUntil(lambda: picker.state == "ready")
    with qtbot.waitSignal(window.controller.parts.loader.became_ready):
        picker.openFile(QUrl.fromLocalFile(str(path)))
    assert inspector.preset == "recommended"
    assert inspector.presets[0] == {"value": "recommended", "text": "Recommended by the model"}
    assert inspector.sampling == SamplingParameters(temperature=0.6, top_p=0.8)
    inspector.setNumber("temperature", 0.3)
    window.controller.keepModelDefaults()
    inspector.show("")
    assert (inspector.sampling.temperature, inspector.preset) == (0.3, "custom")
    inspector.choosePreset("recommended")
    assert inspector.sampling.temperature == 0.6
    picker.choose("starter")
    qtbot.waitUntil(lambda: picker.currentName == "Skald Starter")
    assert inspector.sampling.temperature == 0.6, "the person chose it"
    inspector.reset()
    assert (inspector.sampling.temperature, inspector.preset) == (1.0, "custom")
    assert "recommended" not in [entry["value"] for entry in inspector.presets]
