"""Reads what llama.cpp's own web UI exports: JSON Lines of a session and its messages, or the older JSON.

Source: ``tools/ui/src/lib/services/conversation-transfer.service.ts`` and ``types/database.d.ts`` of llama.cpp
0c1e57098. Messages of type ``root`` are not shown there, and hold the system prompt in some versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app import i18n
from app.exchange.bounded_json import BadData, mapping, seconds, sequence, text
from app.exchange.foreign import ForeignConversation, ForeignMessage


def is_like(value: Any) -> bool:
    """Tells whether ``value`` looks like the older JSON."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and "conv" in first and "messages" in first


def is_like_line(value: Any) -> bool:
    """Tells whether ``value`` looks like the first line of the newer JSON Lines."""
    return isinstance(value, dict) and value.get("type") == "session" and "currNode" in value


def read(value: Any) -> list[ForeignConversation]:
    """Returns the conversations of the older JSON. Raises BadData."""
    found = []
    for number, entry in enumerate(value if isinstance(value, list) else [value]):
        entry = mapping(entry, f"[{number}]")
        found.append(
            _conversation(
                mapping(entry.get("conv"), f"[{number}].conv"),
                sequence(entry.get("messages"), f"[{number}].messages"),
                f"[{number}]",
            )
        )
    return found


def read_lines(values: Iterable[tuple[str, Any]]) -> list[ForeignConversation]:
    """Returns the conversations of JSON Lines, given as values with their places. Raises BadData."""
    sessions: list[tuple[Mapping[str, Any], list[Any], str]] = []
    for place, value in values:
        entry = mapping(value, place)
        if entry.get("type") == "session":
            sessions.append((entry, [], place))
        elif entry.get("type") == "message":
            if not sessions:
                raise BadData(place, i18n.text("import.session_missing"))
            sessions[-1][1].append(entry.get("message"))
    return [_conversation(*session) for session in sessions]


def _conversation(conv: Mapping[str, Any], messages: Iterable[Any], where: str) -> ForeignConversation:
    if not text(conv.get("id")):
        raise BadData(where, i18n.text("import.no_id"))
    return ForeignConversation(
        source="llama_ui",
        key=text(conv.get("id")),
        title=text(conv.get("name")),
        messages=[_message(entry, f"{where}, messages[{number}]") for number, entry in enumerate(messages)],
        where=where,
        tip=_key(conv.get("currNode")),
        updated=seconds(conv.get("lastModified")),
    )


def _message(value: Any, where: str) -> ForeignMessage:
    entry = mapping(value, where)
    key = _key(entry.get("id"))
    if key is None:
        raise BadData(where, i18n.text("import.no_id"))
    role = text(entry.get("role"))
    is_hidden = entry.get("type") == "root" and role != "system"
    return ForeignMessage(
        key=key,
        parent=_key(entry.get("parent")),
        role="" if is_hidden or entry.get("isSynthetic") else role,
        text=text(entry.get("content")),
        reasoning=text(entry.get("reasoningContent")) or text(entry.get("thinking")),
        created=seconds(entry.get("timestamp")),
        model=text(entry.get("model")),
    )


def _key(value: Any) -> str | None:
    """Returns an id, which older versions wrote as a number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
