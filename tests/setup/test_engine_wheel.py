"""The engine's wheel: what it is kept under, when it is built, and what a person sees while it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from setup_skald import engine_wheel
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.pip import Pip
from setup_skald.places import Places
from tests.setup.fake_host import GIB, FakeHost

WHEEL = "llama_cpp_python-0.3.36-py3-none-linux_x86_64.whl"


def place(host: FakeHost, places: Places, options: str = "") -> engine_wheel.EngineWheel:
    return engine_wheel.of_this_machine(host, places, options)


def leave_wheel(command: list[str]) -> None:
    """Does what `pip wheel` does: leaves a wheel in the folder it was told."""
    if "wheel" in command:
        folder = Path(command[command.index("--wheel-dir") + 1])
        folder.mkdir()
        (folder / WHEEL).write_bytes(b"built")


def build(host: FakeHost, console: Console, places: Places, options: str = "") -> Path:
    pip = Pip(host, console, places.python)
    return engine_wheel.build(host, console, places, pip, place(host, places, options), options)


def test_the_key_names_version_system_processor_and_options(host: FakeHost, places: Places) -> None:
    here = place(host, places).folder
    assert here.name.startswith("llama-cpp-python-0.3.36-linux-")
    assert here == place(host, places).folder
    host.processor_name = "two"
    assert place(host, places).folder != here
    host.processor_name = "one"
    assert place(host, places, "-DGGML_VULKAN=ON").folder != here


def test_the_key_does_not_depend_on_the_checkout(host: FakeHost, places: Places, tmp_path: Path) -> None:
    other = Places(root=tmp_path / "other", cache=places.cache)
    places.root.rename(other.root)
    moved = place(host, other).folder
    other.root.rename(places.root)
    assert moved == place(host, places).folder


def test_another_pin_is_another_wheel(host: FakeHost, places: Places) -> None:
    here = place(host, places).folder
    pinned = places.requirements("engine")
    pinned.write_text(pinned.read_text(encoding="utf-8").replace("0.3.36", "0.3.37"), encoding="utf-8")
    assert place(host, places).folder.name.startswith("llama-cpp-python-0.3.37-")
    assert place(host, places).folder != here


def test_a_file_without_the_engine_is_a_clear_error(host: FakeHost, places: Places) -> None:
    places.requirements("engine").write_text("numpy==2.0\n", encoding="utf-8")
    with pytest.raises(SetupError, match="does not name llama-cpp-python"):
        place(host, places)


def test_a_built_wheel_is_found_again(host: FakeHost, console: Console, places: Places) -> None:
    assert place(host, places).find() is None
    host.on_follow = leave_wheel
    kept = build(host, console, places)
    assert kept.read_bytes() == b"built"
    assert place(host, places).find() == kept
    assert not place(host, places).workshop.exists()


def test_a_damaged_wheel_is_not_found(host: FakeHost, console: Console, places: Places) -> None:
    host.on_follow = leave_wheel
    kept = build(host, console, places)
    kept.write_bytes(b"built, then damaged")
    assert place(host, places).find() is None


def test_a_wheel_without_its_hash_is_not_found(host: FakeHost, console: Console, places: Places) -> None:
    host.on_follow = leave_wheel
    kept = build(host, console, places)
    kept.with_suffix(".sha256").unlink()
    assert place(host, places).find() is None


def test_the_build_is_pinned_and_takes_the_options(host: FakeHost, console: Console, places: Places) -> None:
    host.on_follow = leave_wheel
    build(host, console, places, "-DGGML_VULKAN=ON")
    tools, wheel = host.followed
    assert tools[-1] == str(places.requirements("engine-build"))
    assert all("--require-hashes" in command for command in (tools, wheel))
    assert host.environments[-1]["CMAKE_ARGS"] == "-DGGML_VULKAN=ON"
    assert host.environments[-1]["CMAKE_BUILD_PARALLEL_LEVEL"] == "2"


def test_llama_cpp_is_built_without_amx(
    host: FakeHost, console: Console, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.on_follow = leave_wheel
    monkeypatch.setenv("CXXFLAGS", "-pipe")
    plain = place(host, places).folder
    build(host, console, places)
    assert "CXXFLAGS" not in host.environments[-1]
    host.processor_name = "flags : fpu amx_bf16 avx512_fp16 amx_tile amx_int8"
    assert place(host, places).folder != plain
    build(host, console, places)
    assert host.environments[-1]["CXXFLAGS"] == "-pipe -mno-amx-tile -mno-amx-int8"


def test_a_person_sees_how_long_it_takes_and_how_far_it_is(
    host: FakeHost, console: Console, terminal: io.StringIO, places: Places
) -> None:
    host.lines = [
        "[0/2] Re-checking globbed directories...",
        "  [96/193] Building CXX object vendor/llama.cpp/src/llama.cpp.o",
    ]
    host.on_follow = leave_wheel
    build(host, console, places)
    text = terminal.getvalue()
    assert "about 6 minutes with 2 compilers" in text
    assert "96 of 193 steps, 49 %" in text
    assert "Built llama.cpp in " in text


def test_a_failed_build_leaves_the_log_and_nothing_else(host: FakeHost, console: Console, places: Places) -> None:
    host.lines = ["fatal error"]
    host.fails_at = "wheel"
    with pytest.raises(SetupError):
        build(host, console, places)
    wheel = place(host, places)
    assert wheel.log.read_text(encoding="utf-8") == "fatal error"
    assert wheel.find() is None
    assert not wheel.workshop.exists()


@pytest.mark.parametrize(
    ("cores", "memory", "compilers"),
    [(2, 24 * GIB, 2), (16, 8 * GIB, 8), (8, GIB // 2, 1), (4, None, 4)],
)
def test_memory_limits_the_compilers(cores: int, memory: int | None, compilers: int) -> None:
    assert engine_wheel.parallel_compilers(cores, memory) == compilers
