"""Every control of every page is reached with Tab, has a name, shows that it has the keyboard, and is seen then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQml import QQmlProperty
from PySide6.QtQuick import QQuickItem
from tests.ui.conftest import OpenWindow, accessible_name, below

MOST_STOPS = 200


def focused(opened: OpenWindow) -> QQuickItem:
    item = opened.quick.activeFocusItem()
    assert item is not None
    return item


def walk(opened: OpenWindow) -> list[QQuickItem]:
    """Presses Tab until it comes round; returns where the keyboard was."""
    stops = [focused(opened)]
    while len(stops) < MOST_STOPS:
        opened.press("Tab")
        if focused(opened) in stops:
            return stops
        stops.append(focused(opened))
    raise AssertionError(f"Tab never comes round: {[stop.objectName() for stop in stops]}")


def is_marked(item: QQuickItem) -> bool:
    """Tells whether something around or in an item shows that it has the keyboard: a ring, or a border of two pixels."""
    parent = item.parentItem()
    near = [*below(item), *(below(parent) if parent and parent.width() < item.width() + 60 else [])]
    grand = parent.parentItem() if parent else None
    near += [] if grand is None else [other for other in grand.childItems() if other.isVisible()]
    backgrounds = [other.property("background") for other in (item, parent, grand) if other is not None]
    near += [other for other in backgrounds if isinstance(other, QQuickItem)]
    near += [other for other in (parent, grand, grand and grand.parentItem()) if other is not None]
    return any(
        other.metaObject().className().startswith("FocusRing") or _border(other) >= 2
        for other in near
        if other.isVisible()
    )


def _border(item: QQuickItem) -> float:
    width = QQmlProperty.read(item, "border.width")
    return float(width) if width is not None else 0.0


def is_in_view(opened: OpenWindow, item: QQuickItem) -> bool:
    """Tells whether the upper left of an item lies in the window and in every view around it."""
    place = item.mapRectToScene(QRectF(0, 0, min(item.width(), 20), min(item.height(), 20)))
    around = item.parentItem()
    while around is not None:
        seen = around.mapRectToScene(QRectF(0, 0, around.width(), around.height()))
        if around.clip() and not seen.adjusted(-1, -1, 1, 1).contains(place):
            return False
        around = around.parentItem()
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
        opened.wait(lambda: len(opened.all("folder")) == 5)
    if page == "models":
        opened.wait(lambda: opened.has("offer") and opened.has("model-fit"))


@pytest.mark.parametrize("page", ["conversation", "models", "lighten", "settings"])
def test_tab_comes_to_every_control_and_each_is_seen_and_named(opened: OpenWindow, page: str) -> None:
    open_everything(opened, page)
    unmarked, hidden, unnamed, reached = [], [], [], []
    for stop in walk(opened):
        stop.forceActiveFocus()
        opened.press("Tab")
        here = focused(opened)
        opened.quick.grabWindow()
        name = here.objectName() or here.metaObject().className()
        reached.append(here)
        unmarked += [] if is_marked(here) else [name]
        hidden += [] if is_in_view(opened, here) else [name]
        unnamed += [] if accessible_name(here) else [name]
    assert (unmarked, hidden, unnamed) == ([], [], [])
    missed = [item.objectName() for item in opened.focusable() if item not in reached]
    assert missed == []


def test_a_section_is_gone_to_from_the_keyboard(opened: OpenWindow) -> None:
    opened.controller.showPage("settings")
    opened.find("go-to-privacy").forceActiveFocus()
    opened.press("Space")
    opened.wait(lambda: opened.has_focus("network-forbidden"))
    assert is_in_view(opened, focused(opened))
    assert opened.property_of("go-to-privacy", "checked")
    opened.press("Space")
    opened.wait(lambda: bool(opened.controller.privacy.networkForbidden))
