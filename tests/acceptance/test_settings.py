"""The Settings page from outside: sections, density, the network switch, and what is kept of it."""

from __future__ import annotations

import json

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for

pytestmark = pytest.mark.acceptance


def kept(program: Program) -> dict[str, object]:
    found: dict[str, object] = json.loads((program.data_folder / "config" / "settings.json").read_text("utf-8"))
    return found


def test_settings_are_changed_and_kept(program: Program) -> None:
    program.start()
    before = program.find("open-models").rectangle().height
    program.press("open-settings")
    program.press("density")
    program.press("option", "Compact")
    wait_for(lambda: program.find("open-models").rectangle().height < before, "lower rows", also=program.describe)

    program.press("go-to-privacy")
    program.wait_for_focus("network-forbidden")
    program.key("space")
    wait_for(lambda: "checked" in program.find("network-forbidden").states, "the switch", also=program.describe)
    program.press("go-to-about")
    program.wait_for_focus("copy-report")
    program.find("versions", "Versions")
    program.keep_picture("seen-settings")

    program.press("open-models")
    program.find("allow-network")
    program.find("hub-search").set_text("anything")
    program.press("hub-search-button")
    wait_for(lambda: "forbidden" in program.find("hub-problem").name, "the sentence", also=program.describe)
    program.press("close-page")
    program.close()
    assert (kept(program)["density"], kept(program)["is_network_forbidden"]) == ("compact", True)
    assert not (program.data_folder / "state" / "requests.jsonl").exists()


def test_the_window_comes_back_as_it_was_closed(program: Program) -> None:
    program.start()
    program.say("Hello")
    program.hear()
    shown = program.messages()
    program.close()
    program.start()
    wait_for(lambda: program.messages() == shown, "the same conversation", also=program.describe)


def test_the_first_run_is_shown_once(program: Program) -> None:
    program.start()
    assert program.find("first-run").name == "Welcome to Skald"
    program.keep_picture("seen-first-run")
    program.press("first-run-next")
    program.press("first-run-skip")
    program.wait_until_gone("first-run")
    program.find("starter-line")
    program.close()
    program.start()
    program.find("starter-line")
    assert program.all_of("first-run") == []
