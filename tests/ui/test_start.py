"""The environment before Qt, the icons, the fonts, the pictures of the gallery, the window that refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot
from tests.ui.conftest import below

from app import resources
from app.ui import fonts, start
from app.ui.gallery import Gallery
from app.ui.icons import draw_icon


def test_software_draws_where_there_is_no_graphics_card(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    start.prepare_environment(False, environment, tmp_path)
    assert environment["QT_QUICK_BACKEND"] == "software"


def test_the_graphics_card_draws_where_there_is_one_unless_asked_not_to(tmp_path: Path) -> None:
    (tmp_path / "renderD128").touch()
    environment: dict[str, str] = {}
    start.prepare_environment(False, environment, tmp_path)
    assert "QT_QUICK_BACKEND" not in environment
    start.prepare_environment(True, environment, tmp_path)
    assert environment["QT_QUICK_BACKEND"] == "software"


def test_what_the_person_set_stays(tmp_path: Path) -> None:
    environment = {"QT_QUICK_BACKEND": "rhi"}
    start.prepare_environment(True, environment, tmp_path)
    assert environment["QT_QUICK_BACKEND"] == "rhi"


@pytest.mark.parametrize("name", sorted(path.stem for path in resources.asset("icons").glob("*.svg")))
def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qtbot: QtBot, name: str) -> None:
    image = draw_icon(name, QColor("#ff0000"), QSize(48, 48))
    assert image.size() == QSize(48, 48)
    drawn = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 200]
    assert len(drawn) > 8
    if name != "skald":
        assert all(colour.red() > 200 and colour.blue() < 60 for colour in drawn)


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        draw_icon("no-such-icon", QColor("#000000"), QSize(8, 8))


def test_chinese_stands_behind_both_families(qtbot: QtBot) -> None:
    fonts.substitute()
    assert "noto sans cjk sc" in QFont.substitutes(QGuiApplication.font().family())
    assert "noto sans mono cjk sc" in QFont.substitutes(fonts.MONOSPACE)
    widths = QFontMetrics(QFont(fonts.MONOSPACE))
    assert widths.horizontalAdvance("iiii") == widths.horizontalAdvance("WWWW")


KEPT: list[start.WindowEngine] = []
"""Engines of tests that are over; deleting one while the event loop goes on crashes in Qt now and then."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_shows_every_component(qtbot: QtBot, tmp_path: Path, theme: str) -> None:
    gallery = Gallery(theme)
    engine = gallery.engine
    window = engine.window
    picture = tmp_path / f"{theme}.png"
    assert gallery.save_picture(picture)
    corner = window.grabWindow().pixelColor(QPoint(4, 4)).lightness()
    assert (corner > 200) == (theme == "light")
    kinds = {item.metaObject().className().split("_QML")[0] for item in below(window.contentItem())}
    assert {"TextButton", "IconButton", "ChoiceBox", "NumberBox", "Toggle", "CodeRow", "TableRow", "Toast"} <= kinds
    assert engine.seen_warnings == []
    del engine, window
    gallery.close()


def test_a_refusal_says_why_and_what_helps(qtbot: QtBot) -> None:
    engine = start.WindowEngine()
    engine.prepare_contents()
    engine.show("Refusal.qml", {"reason": "It is newer.", "remedy": "Use that version."})
    window = engine.window
    said = {name: window.findChild(QQuickItem, name) for name in ("refusal-reason", "refusal-remedy")}
    assert {name: item.property("text") for name, item in said.items() if item} == {
        "refusal-reason": "It is newer.",
        "refusal-remedy": "Use that version.",
    }
    assert engine.seen_warnings == []
    window.close()
    KEPT.append(engine)


WINDOW_OF_ONE_FRAME = """
import gc, sys, weakref
from PySide6.QtGui import QGuiApplication
from app.ui import start
gc.disable()
application = QGuiApplication(sys.argv[:1])
size = {"width": 500, "height": 400, "isMaximized": False, "isSidebarShown": True}
engine = start.open_window({**size, "themeMode": "light", "zoom": 1.0})
start.after_first_frame(engine, lambda: (print("frame"), application.quit()))
application.exec()
alive = weakref.ref(engine)
del engine
print("gone" if alive() is None else "kept")
"""


def test_the_first_frame_is_told_once_and_keeps_no_engine() -> None:
    """In a process of its own, as a QML engine that goes while an event loop is to go on may end that."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(start.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", WINDOW_OF_ONE_FRAME],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["frame", "gone"]
