"""A process that writes messages and streams replies without end, and says on stdout what is committed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.domain.messages import MessageStatus, ReplyFacts, Role, TextPart
from app.storage.conversations import ConversationStore
from app.storage.database import Database


def acknowledge(*words: object) -> None:
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def write(path: Path) -> None:
    store = ConversationStore(Database.open(path))
    conversation = store.create("Written until killed")
    acknowledge("conversation", conversation.id)
    tip: str | None = None
    for number in range(1_000_000):
        text = f"question {number}"
        question = store.add_message(conversation.id, Role.USER, [TextPart(text)], parent_id=tip)
        acknowledge("message", question.id, "complete", len(text))
        reply = store.add_message(
            conversation.id, Role.ASSISTANT, [], parent_id=question.id,
            status=MessageStatus.STREAMING, writer_pid=os.getpid(),
        )  # fmt: skip
        acknowledge("message", reply.id, "streaming", 0)
        for length in range(100, 2000, 100):
            store.save_reply(reply.id, [TextPart("x" * length)])
            acknowledge("message", reply.id, "streaming", length)
        store.finish_reply(reply.id, [TextPart("x" * 2000)], MessageStatus.COMPLETE, ReplyFacts(model="m"))
        acknowledge("message", reply.id, "complete", 2000)
        tip = reply.id


if __name__ == "__main__":
    write(Path(sys.argv[1]))
