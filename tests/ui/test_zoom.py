"""At 200 % in the narrowest window nothing is lost: no text is cut off, nothing stands outside of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem
from tests.ui.conftest import OpenWindow

NARROWEST = 460
MAY_BE_ELIDED = {"conversation-subtitle", "conversation-title", "model-path"}
"""Names that can be of any length; they are told whole elsewhere or by a screen reader, as is the hint in a box."""


def shown_below(item: QQuickItem) -> Iterator[QQuickItem]:
    """As `below`, without what lies in a view that scrolls sideways."""
    yield item
    for child in item.childItems():
        if child.isVisible() and child.opacity() > 0:
            yield from shown_below(child)


def lost(opened: OpenWindow, page: QQuickItem) -> list[str]:
    """Returns what a person cannot see of a page: texts that are cut, and what begins or ends outside of it."""
    width = opened.quick.width()
    found = []
    for item in shown_below(page):
        place: QRectF = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
        text = str(item.property("text") or "")
        where = f"{item.objectName()} {text[:40]!r} {place.left():.0f}…{place.right():.0f}"
        is_hint = item.metaObject().className().startswith("QQuickPlaceholderText")
        if item.property("truncated") and item.objectName() not in MAY_BE_ELIDED and not is_hint:
            found.append(f"cut: {where}")
        is_seen = bool(text) or item.activeFocusOnTab()
        if is_seen and place.width() > 0 and (place.left() < -1 or place.right() > width + 1):
            found.append(f"outside: {where}")
    return found


def make_narrow(opened: OpenWindow, language: str) -> None:
    opened.quick.resize(NARROWEST, 800)
    opened.controller.preferences.change(zoom=2.0, language=language, is_network_forbidden=True)
    opened.wait(lambda: not opened.has("new-conversation"))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("page", ["models", "lighten", "settings"])
def test_no_page_loses_anything(opened: OpenWindow, page: str, language: str) -> None:
    make_narrow(opened, language)
    opened.controller.showPage(page)
    opened.find(f"page-{page}")
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_conversation_loses_nothing(opened: OpenWindow, language: str) -> None:
    make_narrow(opened, language)
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])
    opened.ask("Hello")
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("keys", "shown"), [("Ctrl+B", "conversations"), ("Ctrl+I", "temperature")])
def test_no_pane_loses_anything(opened: OpenWindow, keys: str, shown: str, language: str) -> None:
    opened.ask("Hello")
    make_narrow(opened, language)
    opened.press(keys)
    opened.find(shown)
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_list_of_shortcuts_loses_nothing(opened: OpenWindow, language: str) -> None:
    make_narrow(opened, language)
    opened.press("Ctrl+/")
    opened.find("shortcuts-list")
    opened.wait(lambda: lost(opened, opened.quick.contentItem()) == [])
