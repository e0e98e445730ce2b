"""What set-up finds missing on machines that lack this or that."""

from __future__ import annotations

import pytest
from setup_skald import checks
from setup_skald.host import Answer
from setup_skald.libraries import PACKAGE_OF
from setup_skald.places import Places
from tests.setup.fake_host import GIB, FakeHost


def look(host: FakeHost, places: Places, *, builds_engine: bool = True, for_tests: bool = True) -> list[checks.Missing]:
    return checks.missing(host, places, builds_engine=builds_engine, for_tests=for_tests)


def packages(found: list[checks.Missing]) -> set[str]:
    return {package for item in found for package in item.packages}


def test_a_complete_machine_lacks_nothing(host: FakeHost, places: Places) -> None:
    assert look(host, places) == []


@pytest.mark.parametrize("soname", sorted(PACKAGE_OF))
def test_each_shared_library_is_looked_for(soname: str, host: FakeHost, places: Places) -> None:
    host.libraries.remove(soname)
    (item,) = look(host, places)
    assert soname in item.what
    assert item.packages == (PACKAGE_OF[soname],)
    assert item.is_needed


def test_everything_missing_is_reported_together(host: FakeHost, places: Places) -> None:
    host.commands = {"apt-get"}
    host.libraries = set()
    host.modules = set()
    host.files = set()
    found = packages(look(host, places))
    assert {"python3.12-venv", "ca-certificates", "g++", "gcc", "fonts-noto-cjk", "xvfb", "at-spi2-core"} <= found
    assert set(PACKAGE_OF.values()) <= found


def test_test_tools_are_needed_for_tests_only(host: FakeHost, places: Places) -> None:
    host.commands -= {"Xvfb", "openbox", "xdotool"}
    assert packages(look(host, places)) == {"xvfb", "openbox", "xdotool"}
    assert look(host, places, for_tests=False) == []


def test_a_compiler_is_needed_only_where_the_engine_is_built(host: FakeHost, places: Places) -> None:
    host.commands -= {"cc", "c++"}
    assert packages(look(host, places)) == {"gcc", "libc6-dev", "g++"}
    assert look(host, places, builds_engine=False) == []


def test_a_compiler_without_its_standard_library_does_not_count(host: FakeHost, places: Places) -> None:
    host.answers["c++"] = Answer(1, "fatal error: vector: No such file or directory")
    assert packages(look(host, places)) == {"g++"}


def test_any_of_the_usual_compilers_will_do(host: FakeHost, places: Places) -> None:
    host.commands = (host.commands - {"cc", "c++"}) | {"clang", "clang++"}
    assert look(host, places) == []


def test_chinese_fonts_are_asked_of_fontconfig(host: FakeHost, places: Places) -> None:
    host.answers["fc-list"] = Answer(0, "\n")
    (item,) = look(host, places)
    assert item.packages == ("fonts-noto-cjk",)
    assert not item.is_needed


def test_chinese_fonts_are_looked_for_by_name_without_fontconfig(host: FakeHost, places: Places) -> None:
    host.commands.remove("fc-list")
    assert packages(look(host, places)) == {"fonts-noto-cjk"}
    host.has_font_files = True
    assert look(host, places) == []


def test_too_little_room_is_told_with_numbers(host: FakeHost, places: Places) -> None:
    host.free = {places.root: GIB // 2, places.cache: 100 * GIB}
    (item,) = look(host, places)
    assert "0.5 GiB are free" in item.what
    assert item.remedy


def test_the_build_needs_room_in_the_cache(host: FakeHost, places: Places) -> None:
    host.free = {places.cache: 1}
    assert len(look(host, places)) == 1
    assert look(host, places, builds_engine=False) == []


def test_macos_without_its_compilers_is_told_the_command(host: FakeHost, places: Places) -> None:
    host.system_name = "darwin"
    host.answers["xcode-select"] = Answer(2, "unable to get active developer directory")
    (item,) = look(host, places)
    assert "xcode-select --install" in item.remedy


def test_windows_without_its_compilers_is_told_what_to_install(host: FakeHost, places: Places) -> None:
    host.system_name = "win32"
    host.commands = set()
    (item,) = look(host, places)
    assert "Build Tools for Visual Studio" in item.remedy
    host.commands = {"cl"}
    assert look(host, places) == []


@pytest.mark.parametrize(
    ("machine", "glibc", "words"),
    [
        ("x86_64", (2, 31), "glibc 2.34 or newer, which Qt for Python needs: this system has glibc 2.31"),
        ("aarch64", (2, 36), "glibc 2.39 or newer"),
        ("x86_64", None, "another C library"),
        ("riscv64", (2, 41), "this is riscv64"),
    ],
)
def test_a_system_that_qt_does_not_run_on_is_told(
    machine: str, glibc: tuple[int, int] | None, words: str, host: FakeHost, places: Places
) -> None:
    host.machine_name, host.glibc_version = machine, glibc
    (item,) = look(host, places)
    assert words in item.what
    assert item.remedy
