"""Reads what Open WebUI exports: a list of conversations, each with the tree ``chat.history.messages``."""

from __future__ import annotations

from typing import Any

from app import i18n
from app.exchange.bounded_json import BadData, mapping, seconds, sequence, text
from app.exchange.foreign import ForeignConversation, ForeignMessage, chain


def is_like(value: Any) -> bool:
    """Tells whether ``value`` looks like this format."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and isinstance(first.get("chat"), dict) and "conv" not in first


def read(value: Any) -> list[ForeignConversation]:
    """Returns the conversations. Raises BadData."""
    entries = value if isinstance(value, list) else [value]
    return [_conversation(entry, f"[{number}]") for number, entry in enumerate(entries)]


def _conversation(value: Any, where: str) -> ForeignConversation:
    entry = mapping(value, where)
    chat = mapping(entry.get("chat"), f"{where}.chat")
    key = text(entry.get("id")) or text(chat.get("id"))
    if not key:
        raise BadData(where, i18n.text("import.no_id"))
    history = mapping(chat.get("history") or {}, f"{where}.chat.history")
    tree = mapping(history.get("messages") or {}, f"{where}.chat.history.messages")
    if tree:
        messages = [_message(node, f"{where}.chat.history.messages.{name}", name) for name, node in tree.items()]
    else:
        flat = sequence(chat.get("messages"), f"{where}.chat.messages")
        messages = chain(_message(node, f"{where}.chat.messages[{at}]", str(at)) for at, node in enumerate(flat))
    return ForeignConversation(
        source="open_webui",
        key=key,
        title=text(entry.get("title")) or text(chat.get("title")),
        messages=messages,
        where=where,
        tip=text(history.get("currentId")) or None,
        system_prompt=text(chat.get("system")),
        created=seconds(entry.get("created_at")),
        updated=seconds(entry.get("updated_at")),
    )


def _message(value: Any, where: str, key: str) -> ForeignMessage:
    node = mapping(value, where)
    content = node.get("content")
    if isinstance(content, list):
        content = "\n\n".join(text(part.get("text")) for part in content if isinstance(part, dict))
    return ForeignMessage(
        key=key,
        parent=text(node.get("parentId")) or None,
        role=text(node.get("role")),
        text=text(content),
        reasoning=text(node.get("reasoning_content")),
        created=seconds(node.get("timestamp")),
        model=text(node.get("model")) or text(node.get("modelName")),
    )
