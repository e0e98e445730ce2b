"""Formulas in rich text: their source until they are drawn, then a picture from our own provider and from no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from tests.markup.test_safety import HOSTILE, all_html

from app.markup.formulas import Drawing
from app.presentation import formula_drawer, formula_text
from app.presentation.formula_drawer import FormulaDrawer, key_of
from app.presentation.formula_text import FormulaText

ADDRESS = re.compile(r"image://formula/[0-9a-f]{32}/[0-9a-f]{8}(/-?[0-9]+){4}")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path d="M 0 0 L 9 9" fill="currentColor"/></svg>'


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[FormulaDrawer]:
    """A drawer that draws everything but what is unknown, with a drawing of one em."""

    def draw(source: str) -> Drawing | None:
        return None if "unknown" in source else Drawing(SVG, 1.0, 0.8, 0.2)

    made = FormulaDrawer(draw)
    monkeypatch.setattr(formula_text, "formula_drawer", lambda: made)
    yield made
    made.close()


def text_with(html: str, colour: str = "#102030") -> FormulaText:
    made = FormulaText()
    made.sizes = [14, 22, 19, 17, 15, 15, 15]
    made.colour = colour
    made.html = html
    return made


def drawn(qtbot: QtBot, html: str) -> FormulaText:
    """Returns a text when all its formulas were tried."""
    made = text_with(html)
    qtbot.waitUntil(lambda: not made._waiting)
    return made


def test_the_source_is_shown_until_the_drawing_is_there(qtbot: QtBot, drawer: FormulaDrawer) -> None:
    html = "<p>so <var>$x&lt;1$</var> or <var>$\\unknown$</var></p>"
    made = text_with(html)
    assert made.shown == html
    qtbot.waitUntil(lambda: "<img" in made.shown)
    assert "x&lt;1" not in made.shown
    qtbot.waitUntil(lambda: drawer.is_known("$\\unknown$"))
    assert "<var>$\\unknown$</var>" in made.shown
    assert text_with(html).shown == made.shown


def test_a_picture_says_its_size_colour_and_source(qtbot: QtBot, drawer: FormulaDrawer) -> None:
    made = drawn(qtbot, "<p><var>$a$</var><var>$b$</var></p>")
    address = f"image://formula/{key_of('$a$')}/ff102030/"
    assert address in made.shown
    assert made.hint("formula:0") == "$a$"
    assert made.hint("formula:1") == "$b$"
    assert made.hint("formula:2") == made.hint("formula:x") == ""
    assert made.hint("https://e.x/") == "https://e.x/"
    made.colour = "#ffffff"
    assert f"image://formula/{key_of('$a$')}/ffffffff/" in made.shown


def test_a_picture_has_the_pixels_of_the_screen_and_grows_with_the_text(qtbot: QtBot, drawer: FormulaDrawer) -> None:
    made = drawn(qtbot, "<p><var>$a$</var></p>")
    em = 14 * formula_text.SCALE
    assert f'width="{-(-em // 1):.0f}"' in made.shown
    assert made.shown.count(f"/{round(1000 * em)}") == 1
    made.ratio = 2.0
    assert f"/{round(2000 * em)}" in made.shown
    assert f'width="{-(-em // 1):.0f}"' in made.shown
    assert f"/{round(1000 * 22 * formula_text.SCALE)}" in drawn(qtbot, "<h1><var>$a$</var></h1>").shown


def test_what_is_copied_has_the_sources(qtbot: QtBot, drawer: FormulaDrawer) -> None:
    made = drawn(qtbot, "<p>a <var>$x$</var> b <var>$\\unknown$</var> c <var>$y$</var></p>")
    made.copy("a \ufffc b", " $\\unknown$ c \ufffc\u2029d")
    assert QGuiApplication.clipboard().text() == " $\\unknown$ c $y$\nd"


def test_a_formula_is_drawn_once_and_the_oldest_are_forgotten(
    qtbot: QtBot, drawer: FormulaDrawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_drawer, "MAX_KEPT", 3)
    for name in "abcd":
        drawn(qtbot, f"<var>${name}$</var>")
    assert [drawer.is_known(f"${name}$") for name in "abcd"] == [False, True, True, True]
    assert drawer.drawing_of_key(key_of("$b$")) == drawer.drawing("$b$")


class Reader(HTMLParser):
    """Collects the addresses of pictures, and whether any other tag names something to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "img":
            assert set(named) <= {"src", "width", "height", "style"}
            self.addresses.append(named["src"] or "")
        else:
            assert "src" not in named
            assert "background" not in named
        assert named.get("style") in (None, "vertical-align:middle", "text-decoration:none")


FORMULAS = [f"$${hostile}$$" for hostile in HOSTILE] + ["<var>$x$</var>", "&lt;var&gt;$x$&lt;/var&gt;", "$x$", "$"]


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*FORMULAS, *HOSTILE, "\n\n", "`", "- "]), max_size=8).map("".join))
def test_no_text_makes_a_picture_of_another_address(qtbot: QtBot, drawer: FormulaDrawer, text: str) -> None:
    for html in all_html(text):
        reader = Reader()
        reader.feed(drawn(qtbot, html).shown)
        assert all(ADDRESS.fullmatch(address) for address in reader.addresses)
