"""`skald conversations` shows the window's own store."""

from __future__ import annotations

import json
import os

import pytest
from tests.cli.command import Skald

from app import paths
from app.domain.errors import EngineDied
from app.domain.generation import Timings, Usage
from app.domain.messages import Conversation, MessageStatus, ReplyFacts, Role, TextPart
from app.storage.conversations import ConversationStore
from app.storage.database import Database

NO_PROCESS = 2**31 - 1


@pytest.fixture
def written(skald: Skald) -> Conversation:
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        conversation = store.create("早上好\x1b[31m", model="starter")
        question = store.add_message(conversation.id, Role.USER, [TextPart("Good\nmorning")], parent_id=None)
        facts = ReplyFacts("starter", usage=Usage(1, 2, 3), timings=Timings(tokens_per_s=5.0))
        answer = store.add_message(
            conversation.id, Role.ASSISTANT, [TextPart("And to you")], parent_id=question.id, facts=facts
        )
        store.add_message(
            conversation.id, Role.ASSISTANT, [TextPart("Half")], parent_id=answer.id,
            status=MessageStatus.STREAMING, writer_pid=NO_PROCESS,
        )  # fmt: skip
        return store.get(conversation.id)


def test_list(skald: Skald, written: Conversation) -> None:
    (record,) = skald("conversations", "list", "--json").records
    assert record == {
        "id": written.id,
        "title": written.title,
        "created_at": written.created_at.isoformat(),
        "updated_at": written.updated_at.isoformat(),
        "messages": 3,
        "model": "starter",
    }
    line = skald("conversations", "list").stdout
    assert line.startswith(written.id[:8])
    assert "早上好" in line
    assert "\x1b" not in line


def test_none(skald: Skald) -> None:
    outcome = skald("conversations", "list", "--json")
    assert (outcome.code, outcome.stdout) == (0, "")
    outcome = skald("conversations", "list")
    assert (outcome.stdout, outcome.stderr) == ("", "There are no conversations.\n")


def test_show(skald: Skald, written: Conversation) -> None:
    question, answer, half = skald("conversations", "show", written.id[:6], "--json").records
    assert (question["role"], question["parent"], question["text"]) == ("user", None, "Good\nmorning")
    assert (answer["parent"], answer["model"]) == (question["id"], "starter")
    assert answer["usage"] == {"prompt_tokens": 1, "cached_tokens": 2, "completion_tokens": 3}
    assert answer["timings"]["tokens_per_s"] == 5.0
    assert [entry["status"] for entry in (question, answer, half)] == ["complete", "complete", "interrupted"]
    text = skald("conversations", "show", written.id).stdout
    assert text.startswith("You:\nGood\nmorning\n\nstarter:\nAnd to you\n")
    assert "(interrupted)" in text


def test_a_living_writer_is_not_interrupted(skald: Skald) -> None:
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        conversation = store.create("A")
        store.add_message(
            conversation.id, Role.ASSISTANT, [], parent_id=None,
            status=MessageStatus.STREAMING, writer_pid=os.getpid(),
        )  # fmt: skip
        (message,) = skald("conversations", "show", conversation.id, "--json").records
    assert message["status"] == "streaming"


def test_a_failed_reply_tells_why(skald: Skald, written: Conversation) -> None:
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        failed = ReplyFacts(error=EngineDied(code=9, log="killed").report())
        store.finish_reply(store.path(written.id)[-1].id, [], MessageStatus.ERROR, failed)
    last = skald("conversations", "show", written.id, "--json").records[-1]
    assert last["error"] == {"key": "engine_died", "values": {"code": "9", "log": "killed"}}


def test_search(skald: Skald, written: Conversation) -> None:
    assert [entry["id"] for entry in skald("conversations", "search", "AND TO", "--json").records] == [written.id]
    assert skald("conversations", "search", "nowhere", "--json").records == []
    (record,) = skald("conversations", "search", "AND TO", "--json").records
    assert str(record["match"]).casefold() == "and to"
    assert "[And to]" in skald("conversations", "search", "AND TO").stdout


def test_json_is_json_whatever_the_terminal(skald: Skald, written: Conversation) -> None:
    outcome = skald("conversations", "list", "--json", environment={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert json.loads(outcome.stdout)["title"] == written.title
