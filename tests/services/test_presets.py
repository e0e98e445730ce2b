"""Which presets there are, and the file that carries them: a round trip, twice, and every kind of bad file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import i18n
from app.domain.errors import FolderNotWritable, PresetFileBad, PresetFileNewer, PresetNotFound
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice
from app.domain.presets import Preset, Snippet
from app.services.preset_file import LARGEST_FILE, Imported, read_presets, write_presets
from app.services.presets import BUILT_IN, built_in_presets, is_built_in, named_preset, shown_presets
from app.storage.database import Database
from app.storage.presets import PresetStore

POET = Preset("a", "Poet", "Rhyme.", SamplingParameters(seed=4), "tiny", ThinkingChoice(True), ContextPolicy.STOP, 1)
LETTER = Snippet("b", "信", "Dear {{cursor}}")


@pytest.fixture
def store(database: Database) -> PresetStore:
    return PresetStore(database)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[PresetStore]:
    """The presets of another computer."""
    with Database.open(tmp_path / "other.sqlite3") as opened:
        yield PresetStore(opened)


def plain(presets: list[Preset]) -> list[tuple[str, str]]:
    return [(preset.name, preset.system_prompt) for preset in presets]


def test_built_in_ones_come_last_speak_the_language_and_can_be_hidden(store: PresetStore) -> None:
    store.keep(POET)
    assert shown_presets(store) == [POET, *built_in_presets()]
    assert [is_built_in(preset) for preset in shown_presets(store)] == [False, *[True] * len(BUILT_IN)]
    first = built_in_presets()[0]
    store.set_hidden({first.id})
    assert first not in shown_presets(store)
    english = i18n.language()
    i18n.use_language("zh_CN")
    try:
        assert named_preset(store, "中英互译").id == first.id
    finally:
        i18n.use_language(english)


def test_a_preset_is_found_by_its_name_one_s_own_first(store: PresetStore) -> None:
    own = Preset("x", "Proofreader", "Mine.")
    store.keep(POET, own)
    assert named_preset(store, " poet ") == POET
    assert named_preset(store, "PROOFREADER") == own
    assert named_preset(store, "code_reviewer").name == "Code reviewer"
    for unknown in ("", "nobody"):
        with pytest.raises(PresetNotFound) as caught:
            named_preset(store, unknown)
        assert "Poet" in caught.value.values["names"]


def test_a_file_brings_everything_once(store: PresetStore, other: PresetStore, tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    store.keep(POET, LETTER)
    write_presets(store, path)
    assert read_presets(other, path) == Imported(1, 1)
    assert read_presets(other, path) == Imported(0, 0)
    assert (plain(other.presets()), [one.text for one in other.snippets()]) == ([("Poet", "Rhyme.")], [LETTER.text])
    (preset,) = other.presets()
    assert (preset.sampling, preset.model, preset.thinking) == (POET.sampling, POET.model, POET.thinking)
    assert (preset.policy, preset.pinned) == (POET.policy, POET.pinned)
    assert [entry.name for entry in tmp_path.iterdir() if "part" in entry.name] == []


def test_another_content_under_a_known_name_gets_a_name_of_its_own(
    store: PresetStore, other: PresetStore, tmp_path: Path
) -> None:
    path = tmp_path / "presets.json"
    store.keep(POET)
    write_presets(store, path)
    other.keep(Preset("z", "poet", "Other."))
    assert read_presets(other, path) == Imported(1, 0)
    assert read_presets(other, path) == Imported(0, 0)
    assert plain(other.presets()) == [("poet", "Other."), ("Poet (2)", "Rhyme.")]


GOOD = {"format": "skald-presets", "version": 1, "presets": [{"name": "x"}], "snippets": []}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "JSON"),
        ("{", "column"),
        ("[" * 100_000, "JSON"),
        ("[]", "presets of Skald"),
        ('{"format": "other", "version": 1}', "presets of Skald"),
        (json.dumps({**GOOD, "version": True}), "presets of Skald"),
        (json.dumps({**GOOD, "presets": {}}), "/presets"),
        (json.dumps({**GOOD, "presets": [{"name": "x"}] * 1_001}), "1000"),
        (json.dumps({**GOOD, "presets": [{"name": "x"}, {"name": "y" * 81}]}), "/presets/1"),
        (json.dumps({**GOOD, "snippets": [{"name": "x"}]}), "/snippets/0"),
        (json.dumps({**GOOD, "snippets": [7]}), "/snippets/0"),
        (" " * (LARGEST_FILE + 1), "larger"),
    ],
)
def test_a_bad_file_says_why_and_brings_nothing(store: PresetStore, tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "presets.json"
    path.write_text(content, "utf-8")
    with pytest.raises(PresetFileBad) as caught:
        read_presets(store, path)
    assert reason in caught.value.values["reason"]
    assert (store.presets(), store.snippets()) == ([], [])


def test_bytes_that_are_no_text_a_missing_file_and_a_newer_one(store: PresetStore, tmp_path: Path) -> None:
    path = tmp_path / "presets.json"
    with pytest.raises(PresetFileBad):
        read_presets(store, path)
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(PresetFileBad):
        read_presets(store, path)
    path.write_text(json.dumps({**GOOD, "version": 2}), "utf-8")
    with pytest.raises(PresetFileNewer):
        read_presets(store, path)


def test_a_folder_that_is_not_there_is_said(store: PresetStore, tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritable):
        write_presets(store, tmp_path / "none" / "presets.json")
