"""A writer is killed with SIGKILL at twenty moments: everything that it had acknowledged is in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import __file__ as package_file
from app.storage.conversations import ConversationStore
from app.storage.database import Database

WRITER = Path(__file__).with_name("writer.py")
# The n-th acknowledgement after which it is killed: in the first message, in a stream, at an end, in later rounds.
MOMENTS = (1, 2, 3, 4, 5, 7, 11, 17, 21, 22, 23, 24, 25, 31, 45, 46, 67, 101, 203, 404)


def killed_after(moment: int, path: Path) -> list[list[str]]:
    """Starts the writer, kills it after ``moment`` acknowledgements, and returns all that it had said."""
    environment = {**os.environ, "PYTHONPATH": str(Path(package_file).parents[1])}
    with subprocess.Popen([sys.executable, str(WRITER), str(path)], stdout=subprocess.PIPE, env=environment) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(moment)]
        writer.kill()
        said += writer.stdout.readlines()
        writer.wait()
    assert writer.returncode != 0
    return [line.decode().split() for line in said if line.endswith(b"\n")]


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_acknowledged_is_lost(moment: int, tmp_path: Path) -> None:
    path = tmp_path / "skald.sqlite3"
    said = killed_after(moment, path)
    assert len(said) >= moment
    latest = {words[1]: (words[2], int(words[3])) for words in said if words[0] == "message"}
    with Database.open(path) as database:
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
        store = ConversationStore(database)
        conversation = store.get(said[0][1])
        stored = {message.id: message for message in store.path(conversation.id)}
        for identity, (status, length) in latest.items():
            message = stored[identity]
            assert len(message.text) >= length
            assert message.status == status or (identity == list(latest)[-1] and status == "streaming")
        extra = [identity for identity in stored if identity not in latest]
        assert len(extra) <= 1, "at most the step that was committed but not yet acknowledged"
