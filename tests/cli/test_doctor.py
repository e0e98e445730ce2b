"""`skald doctor` for people and for tools."""

from __future__ import annotations

from tests.cli.command import Skald

SECTIONS = ("program", "machine", "devices", "engine", "folders", "store", "starter")


def test_as_one_json_object(skald: Skald) -> None:
    outcome = skald("doctor", "--json")
    (record,) = outcome.records
    assert (outcome.code, outcome.stderr) == (0, "")
    assert list(record) == [*SECTIONS, "problems"]
    assert record["problems"] == []
    assert record["engine"]["works"] is True
    assert record["folders"]["data"]["path"] == str(skald.home / "data")


def test_for_people(skald: Skald) -> None:
    told = skald("doctor").stdout
    assert "Nothing is missing." in told
    assert "works: yes" in told
    (skald.home / "data").mkdir(parents=True)
    (skald.home / "data" / "skald.sqlite3").write_text("damaged")
    outcome = skald("doctor")
    assert outcome.code == 0
    assert "the file is damaged" in outcome.stdout
    assert "One problem was found." in outcome.stdout
