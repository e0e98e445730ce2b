"""Reads the threads that Jan keeps: a folder for each, with ``thread.json`` and ``messages.jsonl``.

Source: https://github.com/janhq/jan/blob/main/docs/docs/specs/threads.md and ``messages.md`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app import i18n
from app.exchange.bounded_json import BadData, mapping, seconds, sequence, text
from app.exchange.foreign import ForeignConversation, ForeignMessage, chain


def is_like_line(value: Any) -> bool:
    """Tells whether ``value`` looks like a line of ``messages.jsonl``."""
    return isinstance(value, dict) and "thread_id" in value and "role" in value


def read(thread: Any, messages: Iterable[tuple[str, Any]], folder: str) -> ForeignConversation:
    """Returns a thread's conversation; ``folder`` is its name where the thread tells no id. Raises BadData."""
    entry = mapping(thread, "thread.json")
    key = text(entry.get("id")) or folder
    if not key:
        raise BadData("thread.json", i18n.text("import.no_id"))
    assistants = [each for each in sequence(entry.get("assistants"), "assistants") if isinstance(each, dict)]
    assistant = assistants[0] if assistants else {}
    model = assistant.get("model")
    default = text(model.get("id")) if isinstance(model, dict) else text(entry.get("model_id"))
    found = [_message(value, f"messages.jsonl, {place}", default) for place, value in messages]
    found.sort(key=lambda message: message.created or 0.0)
    return ForeignConversation(
        source="jan",
        key=key,
        title=text(entry.get("title")) or text(entry.get("summary")),
        messages=chain(found),
        where="thread.json",
        system_prompt=text(assistant.get("instructions")),
        created=seconds(entry.get("created")),
        updated=seconds(entry.get("updated")),
    )


def _message(value: Any, where: str, model: str) -> ForeignMessage:
    entry = mapping(value, where)
    pieces: dict[str, list[str]] = {"text": [], "reasoning": []}
    for part in sequence(entry.get("content"), f"{where}, content"):
        if isinstance(part, dict) and part.get("type") in pieces:
            inner = part.get("text")
            pieces[part["type"]].append(text(inner.get("value")) if isinstance(inner, dict) else text(inner))
    role = text(entry.get("role"))
    return ForeignMessage(
        key=text(entry.get("id")) or where,
        parent=None,
        role=role,
        text="\n\n".join(filter(None, pieces["text"])),
        reasoning="\n\n".join(filter(None, pieces["reasoning"])),
        created=seconds(entry.get("created_at")),
        model=model if role == "assistant" else "",
    )
