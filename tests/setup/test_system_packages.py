"""apt as root, one printed command for everybody else."""

from __future__ import annotations

import io

import pytest
from setup_skald.checks import Missing
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Answer
from setup_skald.system_packages import provide
from tests.setup.fake_host import FakeHost

EGL = Missing("the shared library libEGL.so.1", ("libegl1",))
GLIB = Missing("the shared library libglib-2.0.so.0", ("libglib2.0-0",))
GTHREAD = Missing("the shared library libgthread-2.0.so.0", ("libglib2.0-0",))
FONT = Missing("a font with Chinese characters", ("fonts-noto-cjk",), is_needed=False)
ROOM = Missing("room", remedy="Free some space.")


def test_nothing_missing_does_nothing(host: FakeHost, console: Console, terminal: io.StringIO) -> None:
    provide(host, console, [])
    assert host.followed == []
    assert terminal.getvalue() == ""


def test_root_installs_through_apt_and_says_so(host: FakeHost, console: Console, terminal: io.StringIO) -> None:
    host.root = True
    provide(host, console, [EGL, GLIB, GTHREAD, FONT])
    update, install = host.followed
    assert update[-1] == "update"
    assert install[-3:] == ["libegl1", "libglib2.0-0", "fonts-noto-cjk"]
    assert all(variables["DEBIAN_FRONTEND"] == "noninteractive" for variables in host.environments)
    assert "libEGL.so.1" in terminal.getvalue()
    assert "Installed libegl1, libglib2.0-0, fonts-noto-cjk." in terminal.getvalue()


def test_the_new_name_is_taken_where_the_release_has_it(host: FakeHost, console: Console) -> None:
    host.root = True
    host.answers["apt-cache"] = Answer(0, "Package: libglib2.0-0t64")
    provide(host, console, [GLIB, EGL])
    assert host.followed[1][-2:] == ["libglib2.0-0t64", "libegl1"]


def test_others_are_told_everything_and_the_one_command(host: FakeHost, console: Console) -> None:
    with pytest.raises(SetupError) as raised:
        provide(host, console, [EGL, GLIB, FONT, ROOM])
    text = str(raised.value)
    assert "sudo apt-get install --yes --no-install-recommends libegl1 libglib2.0-0 fonts-noto-cjk" in text
    assert "libEGL.so.1" in text
    assert "Free some space." in text
    assert host.followed == []


def test_a_missing_font_alone_stops_nobody(host: FakeHost, console: Console, terminal: io.StringIO) -> None:
    provide(host, console, [FONT])
    assert "fonts-noto-cjk" in terminal.getvalue()
    assert "Going on without." in terminal.getvalue()


def test_apt_cannot_make_room(host: FakeHost, console: Console) -> None:
    host.root = True
    with pytest.raises(SetupError, match="Free some space"):
        provide(host, console, [EGL, ROOM])
    assert host.followed == []


def test_without_apt_the_libraries_are_named(host: FakeHost, console: Console) -> None:
    host.root = True
    host.commands.remove("apt-get")
    with pytest.raises(SetupError, match="package manager") as raised:
        provide(host, console, [EGL])
    assert "libEGL.so.1" in raised.value.text


def test_when_apt_fails_its_words_and_the_command_are_shown(host: FakeHost, console: Console) -> None:
    host.root = True
    host.fails_at = "update"
    with pytest.raises(SetupError, match="it failed") as raised:
        provide(host, console, [EGL])
    assert "apt-get install --yes --no-install-recommends libegl1" in raised.value.remedy
    assert "sudo" not in raised.value.remedy
