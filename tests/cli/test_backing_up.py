"""`skald conversations backup` and `restore`, with a sound database and with a damaged one."""

from __future__ import annotations

from tests.cli.command import Skald

from app import paths
from app.storage.conversations import ConversationStore
from app.storage.database import Database


def add(skald: Skald, title: str) -> None:
    with Database.open(paths.find(str(skald.home)).database) as database:
        ConversationStore(database).create(title)


def titles(skald: Skald) -> list[str]:
    return [record["title"] for record in skald("conversations", "list", "--json").records]


def test_back_and_forth(skald: Skald) -> None:
    assert skald("conversations", "backups").stderr == "There are no backups yet.\n"
    add(skald, "A")
    (made,) = skald("conversations", "backup", "--json").records
    add(skald, "B")
    (listed,) = skald("conversations", "backups", "--json").records
    assert (listed["path"], listed["bytes"]) == (made["path"], made["bytes"])
    assert listed["name"] in skald("conversations", "backups").stdout
    outcome = skald("conversations", "restore", listed["name"], "--json")
    assert titles(skald) == ["A"]
    skald("conversations", "restore", outcome.records[0]["kept"])
    assert titles(skald) == ["B", "A"]


def test_a_damaged_database(skald: Skald) -> None:
    add(skald, "A")
    (made,) = skald("conversations", "backup", "--json").records
    database = paths.find(str(skald.home)).database
    database.write_bytes(b"damaged" * 1000)
    outcome = skald("conversations", "list")
    assert outcome.code == 1
    assert "skald conversations restore" in outcome.stderr
    assert skald("conversations", "backup").code == 1
    outcome = skald("conversations", "restore", made["path"])
    assert outcome.code == 0
    assert "moved aside" in outcome.stderr
    assert titles(skald) == ["A"]
    (aside,) = database.parent.glob("*.damaged-*[0-9]")
    assert aside.read_bytes().startswith(b"damaged")


def test_a_backup_that_is_none(skald: Skald) -> None:
    add(skald, "A")
    outcome = skald("conversations", "restore", skald.home / "none.sqlite3")
    assert (outcome.code, outcome.stderr.count("\n")) == (1, 1)
    assert outcome.stderr.startswith("skald: The backup ")
    assert titles(skald) == ["A"]
