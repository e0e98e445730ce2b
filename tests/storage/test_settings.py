"""Settings: defaults, ranges, notices, and what a newer Skald wrote."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import FolderNotWritable
from app.domain.generation import SamplingParameters
from app.storage.settings import Settings, SettingsFile, highest, is_valid, lowest

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.json")


def written(file: SettingsFile, content: str) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(content, encoding="utf-8")


def test_a_missing_file_gives_the_defaults(file: SettingsFile) -> None:
    assert file.load() == Settings()
    assert file.notices == ()


def test_what_is_saved_is_loaded(file: SettingsFile) -> None:
    chosen = Settings(language="zh_CN", theme="dark", temperature=0.0, n_ctx=4096, system_prompt="你好")
    file.save(chosen)
    assert SettingsFile(file.path).load() == chosen
    assert [entry.name for entry in file.path.parent.iterdir()] == ["settings.json"]


def test_every_default_is_within_its_range() -> None:
    for option in fields(Settings):
        assert is_valid(option.name, option.default), option.name


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("temperature", -0.1), ("temperature", "0.5"), ("top_k", 1.5), ("n_ctx", True),
     ("is_sidebar_shown", 1), ("language", None), ("zoom", 9), ("top_p", float("inf")), ("temperature", 10**400)],
)  # fmt: skip
def test_a_bad_value_falls_back_with_a_notice(file: SettingsFile, name: str, value: object) -> None:
    written(file, json.dumps({name: value, "min_p": 0.5}))
    assert file.load() == Settings(min_p=0.5)
    assert [(notice.name, json.loads(notice.value)) for notice in file.notices] == [(name, value)]


def test_settings_of_a_newer_skald_are_kept(file: SettingsFile) -> None:
    written(file, '{"telepathy": {"range": 3}, "theme": "dark"}')
    file.load()
    file.change(theme="light")
    assert json.loads(file.path.read_text())["telepathy"] == {"range": 3}
    assert file.current.theme == "light"


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null", '"x"', "[" * 100_000, "\x00"])
def test_an_unreadable_file_is_told_and_kept(file: SettingsFile, content: str) -> None:
    written(file, content)
    assert file.load() == Settings()
    assert [notice.name for notice in file.notices] == [""]
    file.change(theme="dark")
    assert file.path.with_name("settings.json.damaged").read_text() == content
    assert SettingsFile(file.path).load() == Settings(theme="dark")


def test_change_refuses_what_does_not_fit(file: SettingsFile) -> None:
    with pytest.raises(ValueError, match="zoom"):
        file.change(zoom=10.0)
    with pytest.raises(KeyError):
        file.change(telepathy=1)
    assert not file.path.exists()


def test_ranges_can_be_asked() -> None:
    assert (lowest("temperature"), highest("temperature")) == (0.0, 5.0)
    assert (lowest("theme"), highest("theme")) == (None, None)


def test_sampling_of_the_settings() -> None:
    assert replace(Settings(), top_k=7).sampling == SamplingParameters(top_k=7)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")
    with pytest.raises(FolderNotWritable):
        SettingsFile(tmp_path / "config" / "settings.json").save(Settings())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([option.name for option in fields(Settings)]), json_values))
def test_no_content_stops_the_start(file: SettingsFile, content: dict[str, Any]) -> None:
    written(file, json.dumps(content))
    loaded = file.load()
    for option in fields(Settings):
        assert is_valid(option.name, getattr(loaded, option.name))
