"""`skald conversations export` and `import` carry conversations from one home to another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command import Skald

from app import paths
from app.domain.messages import ReasoningPart, Role, TextPart
from app.exchange import own_lines
from app.storage.archive import ConversationArchive
from app.storage.conversations import ConversationStore
from app.storage.database import Database


@pytest.fixture
def written(skald: Skald) -> list[str]:
    """The ids of two conversations, the first with two replies to its question."""
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        first = store.create("早上好 / a:b", system_prompt="Be *kind*.")
        question = store.add_message(first.id, Role.USER, [TextPart("Good <b>morning</b>")], parent_id=None)
        for text in ("First", "**Second**"):
            store.add_message(
                first.id, Role.ASSISTANT, [ReasoningPart("Hm.", 2.5), TextPart(text)], parent_id=question.id
            )
        second = store.create("Empty")
        return [first.id, second.id]


def lines_of(skald: Skald) -> str:
    with Database.open(paths.find(str(skald.home)).database) as database:
        archive = ConversationArchive(database)
        return "".join(own_lines.line(archive.read(name)) for name in archive.ids())


def test_all_to_a_file_and_into_another_home(skald: Skald, written: list[str], tmp_path: Path) -> None:
    target, other = tmp_path / "all.jsonl", Skald(tmp_path / "other")
    outcome = skald("conversations", "export", "--all", "-o", target)
    assert (outcome.code, outcome.stderr) == (0, f"2 conversations were written to {target}.\n")
    imported = {"type": "imported", "added": 2, "restored": 0, "messages": 0, "unchanged": 0}
    assert other("conversations", "import", target, "--json").records == [imported]
    assert lines_of(other) == lines_of(skald) == target.read_text(encoding="utf-8")
    again = other("conversations", "import", target, target)
    assert (again.code, again.stdout, again.stderr) == (0, "", "4 were here already.\n")
    assert lines_of(other) == lines_of(skald)


def test_to_standard_output(skald: Skald, written: list[str]) -> None:
    (record,) = skald("conversations", "export", written[0][:8], "--json").records
    assert record["conversation"]["title"] == "早上好 / a:b"
    text = skald("conversations", "export", written[0], "--format", "md").stdout
    assert text.splitlines()[0] == "# 早上好 / a:b"
    assert "> **Reasoning:** Hm.\n\n**Second**\n" in text
    assert "First" not in text


def test_pages_into_a_folder(skald: Skald, written: list[str], tmp_path: Path) -> None:
    outcome = skald("conversations", "export", "--all", "--format", "html", "-o", tmp_path / "pages", "--json")
    assert outcome.records[0]["conversations"] == 2
    names = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert names == sorted([f"早上好 a b {written[0][:8]}.html", f"Empty {written[1][:8]}.html"])
    page = (tmp_path / "pages" / f"早上好 a b {written[0][:8]}.html").read_text(encoding="utf-8")
    assert "Good &lt;b&gt;morning&lt;/b&gt;" in page
    assert "default-src 'none'" in page
    skald("conversations", "export", written[1], "-o", tmp_path / "one.md")
    assert (tmp_path / "one.md").read_text(encoding="utf-8") == "# Empty\n"


def test_what_cannot_be(skald: Skald, written: list[str], tmp_path: Path) -> None:
    assert skald("conversations", "export").code == 2
    assert skald("conversations", "export", "--all", written[0]).code == 2
    assert skald("conversations", "export", "000000").code == 1
    outcome = skald("conversations", "export", "--all", "-o", "/proc/nowhere/a.jsonl")
    assert (outcome.code, outcome.stderr.count("\n")) == (1, 1)
    assert outcome.stderr.startswith("skald: /proc/nowhere/a.jsonl cannot be written (")


def test_one_bad_file_of_two_imports_nothing(skald: Skald, written: list[str], tmp_path: Path) -> None:
    good, bad, other = tmp_path / "good.jsonl", tmp_path / "bad.jsonl", Skald(tmp_path / "other")
    skald("conversations", "export", "--all", "-o", good)
    lines = good.read_text(encoding="utf-8").splitlines()
    bad.write_text("\n".join([lines[0], json.dumps({**json.loads(lines[1]), "messages": 3})]), encoding="utf-8")
    outcome = other("conversations", "import", good, bad)
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith(f"skald: Nothing was imported: {bad} is not as it should be (line 2, messages: ")
    assert lines_of(other) == ""
    assert other("conversations", "import", tmp_path / "none").code == 1
