"""When the environment still fits, and which part of it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from setup_skald import stamp
from setup_skald.places import Places


def wanted(places: Places, *, processor: str = "one", for_tests: bool = False, **variables: str) -> dict[str, str]:
    return stamp.wanted(places, processor, for_tests=for_tests, variables=variables)


def test_without_an_environment_everything_is_stale(places: Places) -> None:
    parts = wanted(places)
    assert stamp.stale(places, parts) == frozenset(parts)


def test_without_a_stamp_everything_is_stale(environment: Places) -> None:
    parts = wanted(environment)
    assert stamp.stale(environment, parts) == frozenset(parts)


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_damaged_stamp_counts_as_none(text: str, environment: Places) -> None:
    environment.stamp.write_text(text, encoding="utf-8")
    assert stamp.read(environment) == {}


def test_after_writing_nothing_is_stale(environment: Places) -> None:
    stamp.write(environment, wanted(environment))
    assert stamp.stale(environment, wanted(environment)) == frozenset()


def test_the_tests_need_more_than_the_program(environment: Places) -> None:
    stamp.write(environment, wanted(environment))
    assert stamp.stale(environment, wanted(environment, for_tests=True)) == {"development"}


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("requirements/runtime.txt", "runtime"),
        ("requirements/engine.txt", "engine"),
        ("requirements/build.txt", "project"),
        ("requirements/development.txt", "development"),
    ],
)
def test_a_changed_file_makes_its_part_stale(file: str, part: str, environment: Places) -> None:
    stamp.write(environment, wanted(environment, for_tests=True))
    append(environment.root / file, "# changed\n")
    assert stamp.stale(environment, wanted(environment, for_tests=True)) == {part}


def test_only_what_an_installation_takes_from_pyproject_counts(environment: Places) -> None:
    stamp.write(environment, wanted(environment))
    pyproject = environment.root / "pyproject.toml"
    append(pyproject, "\n[tool.some-linter]\nstrict = true\n")
    assert stamp.stale(environment, wanted(environment)) == frozenset()
    pyproject.write_text(pyproject.read_text(encoding="utf-8").replace("app.__main__:main", "app.other:main"), "utf-8")
    assert stamp.stale(environment, wanted(environment)) == {"project"}


def test_another_processor_needs_another_engine(environment: Places) -> None:
    stamp.write(environment, wanted(environment))
    assert stamp.stale(environment, wanted(environment, processor="two")) == {"engine"}


def test_engine_options_count_only_where_they_are_given(environment: Places) -> None:
    stamp.write(environment, wanted(environment, CMAKE_ARGS="-DGGML_VULKAN=ON"))
    assert stamp.stale(environment, wanted(environment)) == frozenset()
    assert stamp.stale(environment, wanted(environment, CMAKE_ARGS="")) == {"engine-options"}


def test_a_python_that_is_gone_makes_everything_stale(environment: Places) -> None:
    stamp.write(environment, wanted(environment))
    environment.python.unlink()
    parts = wanted(environment)
    assert stamp.stale(environment, parts) == frozenset(parts)


def test_a_python_that_was_replaced_is_noticed(environment: Places, tmp_path: Path) -> None:
    stamp.write(environment, wanted(environment))
    other = tmp_path / "python3.14"
    other.touch()
    environment.python.unlink()
    environment.python.symlink_to(other)
    assert stamp.stale(environment, wanted(environment)) == {"python"}


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
