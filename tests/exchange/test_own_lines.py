"""Our own lines lose nothing: what is exported and imported, into another database too, is the same."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.trees import trees

from app.domain.errors import ErrorReport, ImportBad
from app.domain.messages import ArchivedConversation, MessageStatus
from app.exchange import own_lines, reading
from app.storage.archive import ConversationArchive
from app.storage.database import Database

LINE = {
    "skald": 1,
    "conversation": {"id": "c1", "title": "A", "created_at": "2026-01-02T03:04:05+00:00",
                     "updated_at": "2026-01-02T03:04:05+00:00", "tip_id": "m1"},
    "messages": [{"id": "m1", "role": "user", "parts": [{"type": "text", "text": "Hi"}], "status": "complete",
                  "created_at": "2026-01-02T03:04:05+00:00", "updated_at": "2026-01-02T03:04:05+00:00"}],
}  # fmt: skip


@given(trees())
def test_a_line_is_read_back_as_it_was(archived: ArchivedConversation) -> None:
    line = own_lines.line(archived)
    assert line.count("\n") == 1
    assert own_lines.read(json.loads(line), "line 1") == archived


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(trees(), min_size=1, max_size=3, unique_by=lambda tree: tree.conversation.id))
def test_round_trip_through_two_databases(written: list[ArchivedConversation]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = [_through_a_database(Path(folder) / "1", tree) for tree in written]
        target = Path(folder) / "all.jsonl"
        target.write_text("".join(map(own_lines.line, found)), encoding="utf-8", newline="\n")
        again = [_through_a_database(Path(folder) / "2", tree) for tree in reading.read(target)]
    assert again == found == written


def _through_a_database(path: Path, archived: ArchivedConversation) -> ArchivedConversation:
    with Database.open(path) as database:
        archive = ConversationArchive(database)
        archive.adopt([archived])
        return archive.read(archived.conversation.id)


def test_what_streams_is_stopped_where_it_comes_in() -> None:
    line = json.loads(json.dumps(LINE))
    line["messages"][0]["status"] = "streaming"
    assert own_lines.read(line, "").messages[0].status is MessageStatus.STOPPED


def test_an_error_that_nobody_knows_has_no_text_of_its_own() -> None:
    line = json.loads(json.dumps(LINE))
    line["messages"][0]["facts"] = {"error": {"key": "{a.__class__}", "values": {"a": "b"}}}
    assert own_lines.read(line, "").messages[0].facts.error == ErrorReport("unknown", {})


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("skald",), 2, "newer"),
        (("conversation", "id"), "a b", "id"),
        (("conversation", "id"), "\ud800", "id"),
        (("conversation", "tip_id"), "m2", "last message"),
        (("conversation", "pinned"), 2**63, "9223372036854775808"),
        (("conversation", "created_at"), "yesterday", "conversation.created_at: it cannot be 'yesterday'"),
        (("conversation", "created_at"), "0001-01-01T00:00:00+09:00", "created_at"),
        (("conversation",), [], "an object is expected"),
        (("messages", 0, "role"), "tool", "messages[0].role: it cannot be 'tool'"),
        (("messages", 0, "parent_id"), "m2", "does not come before"),
        (("messages", 0, "parts"), {}, "messages[0].parts: a list is expected"),
        (("messages", 0, "parts", 0, "type"), "bomb", "parts[0].type: it cannot be 'bomb'"),
        (("messages", 0, "parts", 0, "text"), 1, "parts[0].text: it cannot be 1"),
        (("messages", 0, "facts"), {"timings": {"load_s": float("1e400")}}, "Infinity"),
    ],
)  # fmt: skip
def test_a_bad_line_says_where_it_is_bad(
    tmp_path: Path, place: tuple[str | int, ...], value: object, said: str
) -> None:
    broken = json.loads(json.dumps(LINE))
    target = broken
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    file = tmp_path / "bad.jsonl"
    file.write_text(f"{json.dumps(LINE)}\n\n{json.dumps(broken)}\n", encoding="utf-8")
    with pytest.raises(ImportBad) as raised:
        reading.read(file)
    values = raised.value.values
    assert values["where"].startswith("line 3")
    assert said in f"{values['where']}: {values['reason']}"
