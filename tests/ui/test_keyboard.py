"""Every control of every page is reached with Tab, has a name, shows that it has the keyboard, and is seen then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQml import QQmlProperty
from PySide6.QtQuick import QQuickItem
from tests.ui.conftest import OpenWindow, accessible_name, below

MOST_STOPS = 200


def focused(opened: OpenWindow) -> QQuickItem:
    return opened.quick.activeFocusItem()


def walk(opened: OpenWindow) -> Iterator[QQuickItem]:
    """Presses Tab until it comes round; yields where the keyboard is each time."""
    stops: list[QQuickItem] = []
    while len(stops) < MOST_STOPS:
        opened.press("Tab")
        here = focused(opened)
        if here in stops:
            return
        stops.append(here)
        opened.quick.grabWindow()
        yield here
    raise AssertionError(f"Tab never comes round: {[stop.objectName() for stop in stops]}")


def parent_of(item: QQuickItem) -> QQuickItem | None:
    """Returns what an item is drawn in."""
    return cast("QQuickItem | None", item.parentItem())


def is_marked(item: QQuickItem) -> bool:
    """Tells whether something in an item, or a frame around it, shows that it has the keyboard.

    That is a ring, which is there only then, or a border of two pixels.
    """
    around = [item]
    while parent := parent_of(around[-1]):
        around.append(parent)
    beside = [other for one in around for other in one.childItems() if other.isVisible()]
    near = [*below(item), *around, *beside]
    backgrounds = (other.property("background") for other in around)
    near += [other for other in backgrounds if isinstance(other, QQuickItem)]
    return any(other.metaObject().className().startswith("FocusRing") or _border(other) >= 2 for other in near)


def _border(item: QQuickItem) -> float:
    width = QQmlProperty.read(item, "border.width")
    return float(width) if width is not None else 0.0


def is_in_view(opened: OpenWindow, item: QQuickItem) -> bool:
    """Tells whether the upper left of an item lies in the window and in every view around it."""
    place = item.mapRectToScene(QRectF(0, 0, min(item.width(), 20), min(item.height(), 20)))
    around = item
    while around := parent_of(around):  # type: ignore[assignment]
        seen = around.mapRectToScene(QRectF(0, 0, around.width(), around.height()))
        if around.clip() and not seen.adjusted(-1, -1, 1, 1).contains(place):
            return False
    return QRectF(0, 0, opened.quick.width(), opened.quick.height()).contains(place)


def open_everything(opened: OpenWindow, page: str) -> None:
    if page == "conversation":
        opened.ask("Hello")
        opened.press("Ctrl+I")
        opened.click("further-sampling")
    else:
        opened.controller.showPage(page)
        opened.find(f"page-{page}")
    if page == "settings":
        opened.wait(lambda: len(opened.all("folder")) == 5 and "Skald" in str(opened.property_of("versions", "text")))
    if page == "models":
        opened.wait(lambda: opened.has("offer") and opened.has("model-fit"))


@pytest.mark.parametrize("page", ["conversation", "models", "lighten", "settings"])
def test_tab_comes_to_every_control_and_each_is_seen_and_named(opened: OpenWindow, page: str) -> None:
    open_everything(opened, page)
    unmarked, hidden, unnamed, reached = [], [], [], []
    for here in walk(opened):
        name = here.objectName() or here.metaObject().className()
        reached.append(here)
        unmarked += [] if is_marked(here) else [name]
        hidden += [] if is_in_view(opened, here) else [name]
        unnamed += [] if accessible_name(here) else [name]
    assert (unmarked, hidden, unnamed) == ([], [], [])
    missed = [item.objectName() for item in opened.focusable() if not any(one in reached for one in below(item))]
    assert missed == []


def test_a_section_is_gone_to_from_the_keyboard(opened: OpenWindow) -> None:
    open_everything(opened, "settings")
    opened.find("go-to-privacy").forceActiveFocus()
    opened.press("Space")
    opened.wait(lambda: opened.has_focus("network-forbidden"))
    assert is_in_view(opened, focused(opened))
    assert opened.property_of("go-to-privacy", "checked")
    opened.press("Space")
    opened.wait(lambda: bool(opened.controller.privacy.networkForbidden))
