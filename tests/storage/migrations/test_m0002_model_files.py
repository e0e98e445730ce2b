"""Version 2 adds the model files to a file of version 1 and changes nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.domain.generation import SamplingParameters, Timings, Usage
from app.domain.messages import MessageStatus, ReasoningPart, TextPart
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.model_files import ModelFileStore


def test_a_file_of_version_1_keeps_everything_and_is_copied(tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8"))
    with Database.open(path) as database:
        store, model_files = ConversationStore(database), ModelFileStore(database)
        (conversation,) = store.list()
        question, reply = store.path(conversation.id)
        model_files.add("tiny", tmp_path / "tiny.gguf", "imported")
        assert [entry.name for entry in model_files.list()] == ["tiny"]
    started = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (conversation.title, conversation.created_at) == ("你好", started)
    assert conversation.sampling == SamplingParameters(temperature=0.2, seed=7)
    assert question.created_at == started + timedelta(microseconds=1)
    assert reply.parts == (ReasoningPart("hm"), TextPart("Hello"))
    assert reply.status is MessageStatus.LENGTH
    assert (reply.facts.usage, reply.facts.timings) == (Usage(10, 4, 2), Timings(0.5, 0.25, 1000.5, 33.25))
    with closing(sqlite3.connect(tmp_path / "skald.sqlite3.before-2")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT count(*) FROM messages").fetchone() == (2,)
