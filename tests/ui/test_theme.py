"""The colours of both themes can be read: contrast as WCAG 2 level AA asks for."""

from __future__ import annotations

import re

import pytest
from tests.ui.qml_types import QML_FOLDER

from app.presentation import code_colours

ROLE = re.compile(r'^\s+(\w+): "(#[0-9a-f]{6})"$', re.MULTILINE)
TEXT = 4.5
SHAPE = 3.0
INK_ON_GROUND = [
    *((ink, ground) for ink in ("text", "dim") for ground in ("window", "pane", "raised", "hover", "selected", "code")),
    *(("text", ground) for ground in ("bubble",)),
    *(
        (ink, ground)
        for ink in ("good", "warning", "error", "accent")
        for ground in ("window", "code", "pane", "raised")
    ),
    ("good", "hover"),
    ("accentText", "accent"),
    ("window", "text"),
]


def palettes() -> dict[str, dict[str, str]]:
    text = (QML_FOLDER / "theme" / "Theme.qml").read_text("utf-8")
    return {
        name: dict(ROLE.findall(text.split(f"{name}: ColourRoles {{")[1].split("}")[0])) for name in ("day", "night")
    }


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("ink", "ground"), INK_ON_GROUND)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = palettes()[theme]
    assert contrast(colours[ink], colours[ground]) >= TEXT


@pytest.mark.parametrize(("theme", "code"), [("day", code_colours.LIGHT), ("night", code_colours.DARK)])
def test_highlighted_code_can_be_read(theme: str, code: dict[str, str]) -> None:
    ground = palettes()[theme]["code"]
    assert {role: ink for role, ink in code.items() if contrast(ink, ground) < TEXT} == {}


def test_every_colour_that_text_is_written_in_is_measured() -> None:
    used = re.compile(r"^\s+(?:color|ink|placeholderTextColor|selectedTextColor): (.*)$", re.MULTILINE)
    labels = re.compile(r"(?:BodyLabel|DimLabel|TextEdit|TextInput|TextArea|TextField|Pill) \{([^{}]*)")
    written = {
        role
        for path in QML_FOLDER.rglob("*.qml")
        for body in labels.findall(path.read_text("utf-8"))
        for line in used.findall(body)
        for role in re.findall(r"Theme\.colors\.(\w+)", line)
    }
    assert {"text", "dim"} <= written
    assert written - {ink for ink, _ in INK_ON_GROUND} == set()


@pytest.mark.parametrize("theme", ["day", "night"])
def test_the_focus_ring_can_be_seen(theme: str) -> None:
    colours = palettes()[theme]
    assert all(contrast(colours["accent"], colours[ground]) >= SHAPE for ground in ("window", "pane", "raised"))
