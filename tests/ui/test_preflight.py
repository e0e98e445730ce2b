"""One true sentence in place of Qt's abort: no display, a display that does not answer, a library that is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import LibraryMissing, NoDisplay
from app.ui import preflight

SOURCE = Path(__file__).resolve().parents[2] / "src"
REPORT = """
from app.domain.errors import AppError
from app.ui import preflight
try:
    preflight.check()
except AppError as error:
    print(error.key, error.values)
"""


@pytest.fixture(autouse=True)
def _on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


class XServer:
    """Stands in for libxcb: a display that answers, or does not."""

    def __init__(self, is_there: bool) -> None:
        self.is_there = is_there
        self.xcb_connect = _Function(7)
        self.xcb_connection_has_error = _Function(0 if is_there else 1)
        self.xcb_disconnect = _Function(None)

    def load(self, name: str) -> object:
        """Loads any library; libxcb is this object."""
        return self if name.startswith("libxcb") else object()


class _Function:
    """A C function with a fixed result."""

    def __init__(self, result: object) -> None:
        self.result = result
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, *arguments: object) -> object:
        self.calls.append(arguments)
        return self.result


def imported(_name: str) -> object:
    return object()


def check(environment: dict[str, str], server: XServer) -> None:
    preflight.check(environment, server.load, imported)


def test_no_session_at_all() -> None:
    with pytest.raises(NoDisplay) as caught:
        check({}, XServer(True))
    assert "DISPLAY" in caught.value.values["reason"]


def test_a_display_that_answers_is_fine() -> None:
    server = XServer(True)
    check({"DISPLAY": ":5"}, server)
    assert server.xcb_disconnect.calls == []


def test_a_display_that_does_not_answer() -> None:
    server = XServer(False)
    with pytest.raises(NoDisplay) as caught:
        check({"DISPLAY": ":5"}, server)
    assert ":5" in caught.value.values["reason"]
    assert len(server.xcb_disconnect.calls) == 1


def test_x_is_taken_where_wayland_is_dead(tmp_path: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path), "DISPLAY": ":5"}
    check(environment, XServer(True))
    with pytest.raises(NoDisplay) as caught:
        check(environment, XServer(False))
    assert "wayland-9" in caught.value.values["reason"]


def test_a_living_wayland_needs_no_x(tmp_path: Path) -> None:
    (tmp_path / "wayland-0").touch()
    check({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}, XServer(False))


def test_a_platform_of_ones_own_choice_is_not_doubted() -> None:
    check({"QT_QPA_PLATFORM": "offscreen"}, XServer(False))


def test_a_library_that_qt_needs_is_named_with_its_packages() -> None:
    def failing(_name: str) -> object:
        raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")

    with pytest.raises(LibraryMissing) as caught:
        preflight.check({"DISPLAY": ":5"}, XServer(True).load, failing)
    assert caught.value.values["library"] == "libGL.so.1"
    assert "libgl1" in caught.value.values["packages"]


def test_a_library_that_the_platform_plugin_needs_is_named() -> None:
    def failing(name: str) -> object:
        assert name.endswith("libqxcb.so")
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    with pytest.raises(LibraryMissing) as caught:
        preflight.check({"DISPLAY": ":5"}, failing, imported)
    assert caught.value.values["library"] == "libxcb-cursor.so.0"
    assert "libxcb-cursor0" in caught.value.values["packages"]


def test_an_unknown_library_is_named_as_it_is() -> None:
    def failing(_name: str) -> object:
        raise OSError("libodd.so.3: cannot open shared object file: No such file or directory")

    with pytest.raises(LibraryMissing) as caught:
        preflight.check({"DISPLAY": ":5"}, failing, imported)
    assert caught.value.values == {"library": "libodd.so.3", "packages": "libodd.so.3"}


def test_other_systems_are_left_to_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    check({}, XServer(False))


@pytest.mark.parametrize(
    ("display", "said"), [({}, "neither DISPLAY nor WAYLAND_DISPLAY"), ({"DISPLAY": ":4711"}, ":4711 does not answer")]
)
def test_a_real_process_without_a_display_says_so(display: dict[str, str], said: str) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"PYTHONPATH": str(SOURCE), **display}
    done = subprocess.run([sys.executable, "-c", REPORT], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("no_display ")
    assert said in done.stdout
    assert done.stderr == ""
