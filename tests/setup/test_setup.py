"""Set-up does what is stale, in order, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from setup_skald import processor, stamp, suite
from setup_skald.console import Console
from setup_skald.failure import SetupError
from setup_skald.host import Answer
from setup_skald.places import Places
from setup_skald.setup import Setup
from tests.setup.fake_host import FakeHost
from tests.setup.test_engine_wheel import leave_wheel


@pytest.fixture(autouse=True)
def _no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(stamp.ENGINE_OPTIONS, raising=False)


@pytest.fixture
def ready(host: FakeHost, environment: Places) -> Places:
    """An environment whose Python answers, and a host that builds."""
    host.answers["python"] = Answer(0, "3.12\n")
    host.on_follow = leave_wheel
    return environment


def set_up(host: FakeHost, console: Console, places: Places, *, for_tests: bool = False) -> list[str]:
    """Runs set-up and returns what was installed or built, in order."""
    host.followed.clear()
    Setup(host, console, places, for_tests=for_tests).run()
    return [_target(command) for command in host.followed]


def _target(command: list[str]) -> str:
    if "wheel" in command:
        return "build"
    return "project" if "--editable" in command else Path(command[-1]).stem.split("-0.3")[0]


FIRST = ["runtime", "engine-build", "build", "llama_cpp_python", "build", "project"]


def test_the_first_set_up_does_everything(host: FakeHost, console: Console, ready: Places) -> None:
    assert set_up(host, console, ready) == FIRST
    assert stamp.stale(ready, stamp.wanted(ready, "one", for_tests=False)) == frozenset()


def test_a_second_set_up_does_nothing(host: FakeHost, console: Console, ready: Places) -> None:
    set_up(host, console, ready)
    assert set_up(host, console, ready) == []


def test_the_tests_add_the_development_packages_only(host: FakeHost, console: Console, ready: Places) -> None:
    set_up(host, console, ready)
    assert set_up(host, console, ready, for_tests=True) == ["development"]


def test_a_new_environment_takes_the_kept_engine(host: FakeHost, console: Console, ready: Places) -> None:
    set_up(host, console, ready)
    ready.stamp.unlink()
    assert set_up(host, console, ready) == ["runtime", "llama_cpp_python", "build", "project"]


def test_the_engine_s_options_outlive_the_call_that_gave_them(
    host: FakeHost, console: Console, ready: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(stamp.ENGINE_OPTIONS, "-DGGML_VULKAN=ON")
    set_up(host, console, ready)
    monkeypatch.delenv(stamp.ENGINE_OPTIONS)
    assert set_up(host, console, ready) == []
    host.processor_name = "two"
    assert set_up(host, console, ready) == ["engine-build", "build", "llama_cpp_python"]
    assert "-DGGML_VULKAN=ON" in [variables.get(stamp.ENGINE_OPTIONS) for variables in host.environments[-3:]]


def test_an_interrupted_set_up_is_taken_up_again(host: FakeHost, console: Console, ready: Places) -> None:
    host.fails_at = "wheel"
    with pytest.raises(SetupError):
        set_up(host, console, ready)
    host.fails_at = ""
    assert set_up(host, console, ready) == FIRST


def test_an_environment_of_another_python_is_made_anew(
    host: FakeHost, console: Console, terminal: io.StringIO, ready: Places
) -> None:
    host.answers["python"] = Answer(0, "3.13\n")
    set_up(host, console, ready)
    assert "Making the environment" in terminal.getvalue()


def test_nothing_is_built_on_a_machine_that_lacks_something(host: FakeHost, console: Console, ready: Places) -> None:
    host.libraries.remove("libEGL.so.1")
    with pytest.raises(SetupError, match="libegl1"):
        set_up(host, console, ready)
    assert host.followed == []


def test_what_apt_did_not_bring_is_told(host: FakeHost, console: Console, ready: Places) -> None:
    host.root = True
    host.libraries.remove("libEGL.so.1")
    with pytest.raises(SetupError, match="Still missing"):
        set_up(host, console, ready)


def test_the_suite_runs_every_check_then_pytest(host: FakeHost, console: Console, places: Places) -> None:
    assert suite.run(host, console, places, ["-k", "stamp"]) == 0
    assert host.ran == [list(command) for _, command in suite.CHECKS] + [["pytest", "-k", "stamp"]]


@pytest.mark.parametrize("program", ["ruff", "mypy", "lint-imports", "pytest"])
def test_any_failure_fails_the_suite(program: str, host: FakeHost, console: Console, places: Places) -> None:
    host.exit_codes[program] = 2
    assert suite.run(host, console, places, []) != 0
    assert host.ran[-1] == ["pytest"]


def test_the_hooks_run_what_the_suite_runs() -> None:
    hooks = (Path(suite.__file__).parent.parent / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = [line.split("entry:")[1].strip() for line in hooks.splitlines() if "entry:" in line]
    assert entries == [" ".join([f".venv/bin/{command[0]}", *command[1:]]) for _, command in suite.CHECKS]


def test_processors_differ_by_their_flags(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("model name\t: A\ncpu MHz\t: 1000\nflags\t: avx\n\nmodel name\t: B\n", encoding="utf-8")
    first = processor.of_linux(cpuinfo)
    cpuinfo.write_text("model name\t: A\ncpu MHz\t: 2000\nflags\t: avx\n\nmodel name\t: B\n", encoding="utf-8")
    assert processor.of_linux(cpuinfo) == first
    cpuinfo.write_text("model name\t: A\nflags\t: avx avx2\n", encoding="utf-8")
    assert processor.of_linux(cpuinfo) != first
