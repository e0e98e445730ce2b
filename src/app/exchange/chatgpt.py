"""Reads ``conversations.json`` of a ChatGPT data export: a tree of nodes for each conversation.

The format is not documented by its makers; the fields are those that public converters agree on (for example
https://github.com/mitkury/chatgpt-export-parser): ``mapping`` from node
id to ``{message, parent, children}``, ``current_node``, times in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app import i18n
from app.exchange.bounded_json import BadData, mapping, seconds, sequence, text
from app.exchange.foreign import ForeignConversation, ForeignMessage

_HIDDEN: Final = ("is_visually_hidden_from_conversation", "is_user_system_message")


def is_like(value: Any) -> bool:
    """Tells whether ``value`` looks like this format."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "mapping" in value[0]


def read(value: Any) -> list[ForeignConversation]:
    """Returns the conversations. Raises BadData."""
    entries = sequence(value, i18n.text("import.file"))
    return [_conversation(entry, f"[{number}]") for number, entry in enumerate(entries)]


def _conversation(value: Any, where: str) -> ForeignConversation:
    entry = mapping(value, where)
    key = text(entry.get("conversation_id")) or text(entry.get("id"))
    if not key:
        raise BadData(where, i18n.text("import.no_id"))
    nodes = mapping(entry.get("mapping"), f"{where}.mapping")
    messages = [_message(name, node, f"{where}.mapping.{name}") for name, node in nodes.items()]
    return ForeignConversation(
        source="chatgpt",
        key=key,
        title=text(entry.get("title")),
        messages=messages,
        where=where,
        tip=text(entry.get("current_node")) or None,
        created=seconds(entry.get("create_time")),
        updated=seconds(entry.get("update_time")),
    )


def _message(name: str, value: Any, where: str) -> ForeignMessage:
    node = mapping(value, where)
    parent = text(node.get("parent")) or None
    message = node.get("message")
    if message is None:
        return ForeignMessage(name, parent, "", "")
    message = mapping(message, f"{where}.message")
    author = mapping(message.get("author") or {}, f"{where}.message.author")
    metadata = mapping(message.get("metadata") or {}, f"{where}.message.metadata")
    content = mapping(message.get("content") or {}, f"{where}.message.content")
    is_hidden = any(metadata.get(name) for name in _HIDDEN) or text(message.get("recipient") or "all") != "all"
    is_reasoning = content.get("content_type") == "thoughts"
    is_shown = not is_hidden and not is_reasoning and content.get("content_type") != "reasoning_recap"
    return ForeignMessage(
        key=name,
        parent=parent,
        role=text(author.get("role")) if is_shown else "",
        text=_text(content, f"{where}.message.content") if is_shown else "",
        reasoning=_thoughts(content, f"{where}.message.content") if is_reasoning else "",
        created=seconds(message.get("create_time")),
        model=text(metadata.get("model_slug")),
    )


def _thoughts(content: Mapping[str, Any], where: str) -> str:
    thoughts = [mapping(thought, f"{where}.thoughts") for thought in sequence(content.get("thoughts"), where)]
    return "\n\n".join(filter(None, (text(thought.get("content")) for thought in thoughts)))


def _text(content: Mapping[str, Any], where: str) -> str:
    if content.get("content_type") == "code":
        return f"```\n{text(content.get('text'))}\n```"
    pieces = [
        text(part) or (text(part.get("text")) if isinstance(part, dict) else "")
        for part in sequence(content.get("parts"), f"{where}.parts")
    ]
    return "\n\n".join(piece for piece in pieces if piece) or text(content.get("text"))
