"""The inspector as a person uses it: a preset is chosen, a number is typed, a grammar is said to be wrong."""

from __future__ import annotations

import pytest
from tests.ui.conftest import OpenWindow

from app.domain.sampling import PRESETS


def focus(opened: OpenWindow, name: str) -> None:
    """Goes to a control, as with Tab: what is above it moves while the model loads."""
    opened.find(name).forceActiveFocus()
    opened.wait(lambda: opened.has_focus(name))


@pytest.fixture
def inspected(opened: OpenWindow) -> OpenWindow:
    """The window with the inspector, and everything in it opened."""
    opened.press("Ctrl+I")
    focus(opened, "further-sampling")
    opened.press("Space")
    opened.find("mirostat-box")
    return opened


def test_a_preset_moves_the_sliders_and_reset_brings_them_back(inspected: OpenWindow) -> None:
    focus(inspected, "sampling-preset")
    inspected.wait(lambda: inspected.property_of("sampling-preset", "displayText") == "Balanced")
    inspected.press("Down")
    assert inspected.controller.inspector.sampling == PRESETS["creative"]
    assert inspected.property_of("temperature", "value") == pytest.approx(1.1)
    assert inspected.property_of("dry-multiplier", "value") == pytest.approx(0.8)
    focus(inspected, "reset-sampling")
    inspected.press("Space")
    assert inspected.property_of("temperature", "value") == pytest.approx(0.7)
    assert inspected.property_of("sampling-preset", "displayText") == "Balanced"


def test_a_number_is_typed(inspected: OpenWindow) -> None:
    focus(inspected, "top-k-box-text")
    inspected.press("Ctrl+A")
    inspected.type("7")
    inspected.press("Return")
    assert inspected.controller.inspector.sampling.top_k == 7
    assert inspected.property_of("sampling-preset", "displayText") == "Your own"


def test_a_wrong_grammar_is_said_while_it_is_typed(inspected: OpenWindow) -> None:
    focus(inspected, "output-kind")
    inspected.wait(lambda: inspected.property_of("output-kind", "displayText") == "Any text")
    inspected.press("Down")
    assert inspected.name_of("output-text") == "GBNF grammar"
    focus(inspected, "output-text")
    inspected.type("root ::= answer")
    inspected.wait(lambda: "answer" in str(inspected.property_of("output-error", "text")))
    inspected.press("Return")
    inspected.type('answer ::= "yes"')
    inspected.wait(lambda: not inspected.has("output-error"))
    assert inspected.controller.inspector.sampling.grammar == 'root ::= answer\nanswer ::= "yes"'
