"""The options of the engine in the dialog of a model's settings."""

from __future__ import annotations

from tests.fakes import FakeEngine
from tests.ui.conftest import OpenWindow, accessible_name

from app.domain.load_options import AUTOMATIC


def test_the_options_of_a_model_are_set_told_and_reset(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    opened.controller.showPage("models")
    opened.click("open-model-settings")
    opened.click("load-options")
    opened.wait(lambda: opened.has("load-flash-box"))
    options = opened.controller.modelSettings.options
    options.choose("kind", "yarn")
    opened.wait(lambda: opened.has("load-rope-beta_fast"))
    opened.wait(lambda: all(accessible_name(item) and item.objectName() for item in opened.focusable()))
    assert opened.name_of("load-cache-k-box") == "Type of the keys in the KV cache"
    assert opened.property_of("load-flash-box", "displayText") == "automatic"
    options.choose("cache_type_v", "q8_0")
    options.choose("flash_attention", "off")
    opened.wait(lambda: "flash attention" in str(opened.property_of("load-warning", "text")))
    opened.wait(lambda: fake_engine.loads[-1].options.flash_attention == "off")
    opened.click("load-options-reset")
    opened.wait(lambda: fake_engine.loads[-1].options == AUTOMATIC)
    assert not opened.has("load-warning")
