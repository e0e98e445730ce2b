"""Another language is one more file; text that runs from right to left stands at the right."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QRectF
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow, below

from app import i18n, resources

HEBREW = "שלום, אני כאן."


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation with one file more, in which most is not translated yet."""
    folder = tmp_path / "translations"
    shutil.copytree(resources.asset("translations"), folder)
    texts = {"language.own_name": "Esperanto", "composer.send": "Sendi", "settings.title": "Agordoj"}
    (folder / "eo.json").write_text(json.dumps(texts), encoding="utf-8")
    found = resources.asset

    def asset(*parts: str) -> Path:
        return folder.joinpath(*parts[1:]) if parts[0] == "translations" else found(*parts)

    monkeypatch.setattr(resources, "asset", asset)
    i18n._texts.cache_clear()
    yield
    i18n._texts.cache_clear()


@pytest.mark.usefixtures("third_language")
def test_one_file_makes_a_language(opened: OpenWindow) -> None:
    offered = [entry["text"] for entry in opened.controller.preferences.languages]
    assert offered == ["System", "English", "Esperanto", "简体中文"]
    opened.controller.preferences.language = "eo"
    opened.wait(lambda: opened.name_of("send") == "Sendi")
    assert opened.name_of("composer") == "Message"
    opened.click("open-settings")
    assert opened.name_of("page-settings") == "Agordoj"
    opened.controller.preferences.language = "en"
    opened.wait(lambda: opened.name_of("page-settings") == "Settings")


def ink(opened: OpenWindow, text: str) -> tuple[float, float]:
    """Returns from where to where, as shares of its width, the row of a text has ink on it."""
    row = next(item for item in below(opened.quick.contentItem()) if text in _plain(item.property("html")))
    place: QRectF = row.mapRectToScene(QRectF(0, 0, row.width(), row.height()))
    picture = opened.quick.grabWindow()
    ground = picture.pixelColor(int(place.right()) - 2, int(place.top()) + 1).lightness()
    columns = [
        x
        for x in range(int(place.left()), int(place.right()))
        for y in range(int(place.top()), int(place.bottom()))
        if abs(picture.pixelColor(x, y).lightness() - ground) > 60
    ]
    return (min(columns) - place.left()) / place.width(), (max(columns) - place.left()) / place.width()


def _plain(html: object) -> str:
    return html if isinstance(html, str) else ""


def test_each_paragraph_stands_at_the_side_that_its_text_begins_from(
    opened: OpenWindow, fake_engine: FakeEngine
) -> None:
    fake_engine.enqueue(FakeReply((f"Good day.\n\n{HEBREW}\n\nAgain.",)))
    opened.ask("Hello")
    opened.find("regenerate")
    first, last = ink(opened, "Good day")
    assert first < 0.2
    assert last < 0.5
    first, last = ink(opened, HEBREW)
    assert first > 0.5
    assert last > 0.8
    assert ink(opened, "Again")[0] < 0.2


def test_what_is_typed_from_right_to_left_stands_at_the_right(opened: OpenWindow) -> None:
    opened.type(HEBREW)
    box = opened.find("composer")
    opened.wait(lambda: cast("QRectF", box.property("cursorRectangle")).x() > box.width() / 2)
