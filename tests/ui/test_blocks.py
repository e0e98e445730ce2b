"""The blocks of a reply in the window: formulas are drawn, tables copied, code saved, wide ones reached by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

WIDE = "|" + "|".join(f"a long name {number}" for number in range(14)) + "|\n|" + "-|" * 14 + "\n|" + "1|" * 14 + "\n"


def reply_of(opened: OpenWindow, engine: FakeEngine, text: str) -> None:
    engine.enqueue(FakeReply((text,)))
    opened.ask("Go on")


def ink(opened: OpenWindow, item: QQuickItem) -> int:
    """Counts the pixels of an item that differ from its first one."""
    picture = opened.quick.grabWindow()
    corner = item.mapToScene(item.boundingRect().topLeft()).toPoint()
    ratio = picture.devicePixelRatio()
    at = [
        (round((corner.x() + x) * ratio), round((corner.y() + y) * ratio))
        for x in range(int(item.width()))
        for y in range(int(item.height()))
    ]
    background = picture.pixel(*at[0])
    return sum(1 for x, y in at if picture.rect().contains(x, y) and picture.pixel(x, y) != background)


def shown(opened: OpenWindow, name: str) -> str:
    return str(opened.property_of(name, "text"))


def test_a_formula_is_drawn_and_its_source_is_said(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "$$\n\\frac{a}{b}\n$$\n")
    opened.wait(lambda: "image://formula/" in shown(opened, "formula"))
    formula = opened.find("formula")
    opened.wait(lambda: ink(opened, formula) > 30)
    assert opened.spoken() == {"You: Go on", "Skald Starter: $$\n\\frac{a}{b}\n$$\n"}
    dark = ink(opened, formula)
    opened.controller.preferences.change(zoom=2.0)
    opened.wait(lambda: ink(opened, opened.find("formula")) > 2 * dark)


def test_the_source_of_a_formula_is_shown_under_the_pointer(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "$$\n\\frac{aaa}{bbb}\n$$\n")
    opened.wait(lambda: "image://formula/" in shown(opened, "formula"))
    formula = opened.find("formula")

    def hint() -> str:
        middle = formula.mapToScene(QPointF(formula.width() / 2, formula.height() / 2)).toPoint()
        QTest.mouseMove(opened.quick, middle - QPoint(1, 0))
        QTest.mouseMove(opened.quick, middle)
        opened.quick.grabWindow()
        return str(formula.property("hint"))

    opened.wait(lambda: hint() == "$$\n\\frac{aaa}{bbb}\n$$")


def test_a_formula_that_cannot_be_drawn_shows_its_source(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "$$\\text{速度} = \\unknown$$\n")
    opened.find("formula")
    assert "速度" in shown(opened, "formula")
    assert "image://" not in shown(opened, "formula")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_formula_has_the_colour_of_the_text(opened: OpenWindow, fake_engine: FakeEngine, theme: str) -> None:
    opened.controller.preferences.change(theme=theme)
    reply_of(opened, fake_engine, "$$x$$\n")
    colour = {"light": "/ff1d1e20/", "dark": "/ffe8e8e6/"}[theme]
    opened.wait(lambda: colour in shown(opened, "formula"))


def test_a_table_is_copied_as_csv_by_keyboard(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "|a|b|\n|-|-|\n|**1**|x, $y$|\n")
    opened.find("copy-table").forceActiveFocus()
    opened.press("Space")
    assert QGuiApplication.clipboard().text().splitlines() == ["a,b", '1,"x, $y$"']


def test_a_wide_table_scrolls_by_keyboard(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, WIDE)
    view = opened.find("sideways")
    opened.wait(lambda: cast("float", view.property("contentWidth")) > view.width())
    assert view.activeFocusOnTab()
    view.forceActiveFocus()
    opened.press("Right")
    assert cast("float", view.property("contentX")) > 0
    opened.press("Left")
    assert view.property("contentX") == 0


def test_what_is_narrow_takes_no_place_in_the_tab_order(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "```\nx\n```\n")
    assert not opened.find("sideways").activeFocusOnTab()


def test_the_button_asks_where_to_save_code(opened: OpenWindow, fake_engine: FakeEngine) -> None:
    reply_of(opened, fake_engine, "```python\nx = 1\n```\n")
    opened.find("save-code").forceActiveFocus()
    opened.press("Space")
    asking = [item for item in opened.find("transcript").childItems() if item.property("language") == "python"]
    assert len(asking) == 1
    opened.wait(lambda: asking[0].property("item") is not None)
    dialog = cast("QObject", asking[0].property("item"))
    assert dialog.property("code") == "x = 1"
    assert cast("QUrl", dialog.property("selectedFile")).fileName() == "code.py"
    dialog.setProperty("visible", False)
    opened.wait(lambda: asking[0].property("isWanted") is False)


def test_code_is_saved_where_the_person_says(opened: OpenWindow, tmp_path: Path) -> None:
    actions = opened.controller.blocks
    file = tmp_path / actions.fileName("python")
    actions.saveCode(QUrl.fromLocalFile(str(file)), "print('é')")
    assert file.name == "code.py"
    assert file.read_bytes() == "print('é')\n".encode()
    assert shown(opened, "toast") == "" or opened.name_of("toast") == "Saved as code.py."


def test_code_that_cannot_be_saved_is_said(opened: OpenWindow, tmp_path: Path) -> None:
    opened.controller.blocks.saveCode(QUrl.fromLocalFile(str(tmp_path / "missing" / "code.py")), "x")
    opened.wait(lambda: "could not be written" in opened.name_of("toast"))
