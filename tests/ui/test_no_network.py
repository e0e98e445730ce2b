"""Nothing that a model or a person writes makes the window ask the network for anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot
from tests.fakes import FakeEngine, FakeReply
from tests.ui.conftest import OpenWindow

from app.ui import start


class CountingServer(HTTPServer):
    """A server on loopback that remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    def address(self, name: str) -> str:
        """Returns an address below this server."""
        return f"http://127.0.0.1:{self.server_address[1]}/{name}"


class _Handler(BaseHTTPRequestHandler):
    server: CountingServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[CountingServer]:
    made = CountingServer()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_title_and_a_reply_fetch_nothing(opened: OpenWindow, fake_engine: FakeEngine, server: CountingServer) -> None:
    image = f"<img src={server.address('tag.png')}>"
    style = f'<table background="{server.address("table.png")}"><tr><td>x</td></tr></table>'
    formulas = f"$x$ $${image}$$ <var>$y$</var> $\\href{{{server.address('href')}}}{{x}}$\n\n$$\n{image}\n$$\n\n"
    markdown = f"![a picture]({server.address('markdown.png')}) {image}\n\n{style}\n\n| {image} |\n|--|\n| {image} |\n"
    fake_engine.enqueue(FakeReply((formulas + markdown,)))
    opened.ask(f"{image} {style}")
    opened.controller.conversations.rename(opened.controller.conversations.currentId, image)
    opened.controller.parts.notifier.show(image)
    opened.wait(lambda: opened.name_of("conversation") == image)
    opened.quick.grabWindow()
    opened.click("open-models")
    opened.find("page-models")
    assert server.asked == []


@pytest.mark.qt_log_ignore("Protocol .denied. is unknown")
def test_even_an_image_that_qml_asks_for_is_denied(qtbot: QtBot, server: CountingServer) -> None:
    engine = start.WindowEngine()
    component = QQmlComponent(engine)
    source = f'import QtQuick; Image {{ source: "{server.address("image.png")}" }}'
    component.setData(source.encode(), QUrl("test.qml"))
    image = component.create()
    assert isinstance(image, QQuickItem)
    qtbot.waitUntil(lambda: bool(engine.seen_warnings))
    assert "denied" in engine.seen_warnings[0]
    assert server.asked == []
    image.deleteLater()
    component.deleteLater()
