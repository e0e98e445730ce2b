"""The Settings page does what it says: density, motion, network, folders, about."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtQuick import QQuickItem
from tests.ui.conftest import OpenWindow, accessible_name, below

from app.paths import Paths


def open_settings(opened: OpenWindow) -> None:
    opened.press("Ctrl+,")
    opened.find("page-settings")


def toggle(opened: OpenWindow, name: str) -> None:
    opened.find(name).forceActiveFocus()
    opened.press("Space")


def test_density_makes_rows_lower_at_once(opened: OpenWindow) -> None:
    opened.ask("Hello")
    before = opened.find("conversation").height()
    opened.controller.preferences.density = "compact"
    opened.wait(lambda: opened.find("conversation").height() < before)


def test_reduced_motion_lets_no_list_glide(opened: OpenWindow) -> None:
    open_settings(opened)

    def gliding() -> list[QQuickItem]:
        views = (item for item in below(opened.quick.contentItem()) if item.inherits("QQuickFlickable"))
        return [view for view in views if view.height() > 100 and view.property("flickDeceleration") < 1e5]

    assert gliding()
    toggle(opened, "reduced-motion")
    opened.wait(lambda: gliding() == [])


def test_a_forbidden_network_is_said_where_models_are_searched_and_allowed_there(opened: OpenWindow) -> None:
    open_settings(opened)
    toggle(opened, "network-forbidden")
    opened.controller.showPage("models")
    assert "Settings → Privacy" in str(opened.property_of("network-forbidden-note", "text"))
    opened.click("allow-network")
    opened.wait(lambda: not opened.has("network-forbidden-note"))
    assert not opened.controller.privacy.networkForbidden


def test_every_folder_is_named_with_its_size_and_opened(
    opened: OpenWindow, folders: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()))
    open_settings(opened)
    opened.wait(lambda: len(opened.all("folder")) == 5)
    names = [accessible_name(item) for item in opened.all("folder")]
    assert names[0].startswith("Conversations, ")
    assert names[0].endswith("kB")
    for button in opened.all("open-folder"):
        button.forceActiveFocus()
        opened.press("Space")
    wanted = [folders.data, folders.models, folders.config, folders.state, folders.cache]
    assert list(map(Path, asked)) == wanted


def test_about_shows_what_is_inside_and_copies_nothing_private(opened: OpenWindow, folders: Paths) -> None:
    opened.ask("My secret")
    open_settings(opened)
    opened.wait(lambda: "Skald" in str(opened.property_of("versions", "text")))
    opened.wait(lambda: "CPU" in str(opened.property_of("devices", "text")))
    opened.find("show-licences").forceActiveFocus()
    opened.press("Space")
    assert "llama.cpp" in str(opened.property_of("licences", "text"))
    opened.find("copy-report").forceActiveFocus()
    opened.press("Space")
    opened.wait(lambda: opened.has("toast"))
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Skald ")
    assert "CPU" in copied
    assert not any(private in copied for private in ("My secret", str(folders.data.parent), str(Path.home()) + "/"))


def test_sections_follow_what_is_scrolled_to(opened: OpenWindow) -> None:
    open_settings(opened)
    opened.wait(lambda: len(opened.all("folder")) == 5 and "CPU" in str(opened.property_of("devices", "text")))
    assert opened.property_of("go-to-appearance", "checked")
    opened.click("go-to-about")
    opened.wait(lambda: bool(opened.property_of("go-to-about", "checked")))
    assert not opened.property_of("go-to-appearance", "checked")
