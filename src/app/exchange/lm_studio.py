"""Reads the ``*.conversation.json`` files that LM Studio keeps: turns in a row, each in one or more versions.

The format is not documented by its makers; the fields are those that public converters read (for example
https://github.com/zeveck/json_to_md): a person's version has ``content``, a reply's has ``steps``, of which a thinking
one is told by its style.
"""

from __future__ import annotations

from typing import Any

from app import i18n
from app.exchange.bounded_json import mapping, seconds, sequence, text
from app.exchange.foreign import ForeignConversation, ForeignMessage


def is_like(value: Any) -> bool:
    """Tells whether ``value`` looks like this format."""
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list):
        return False
    first = value["messages"][0] if value["messages"] else {}
    return isinstance(first, dict) and ("versions" in first or "currentlySelected" in first)


def read(value: Any, name: str) -> ForeignConversation:
    """Returns the conversation of one file; ``name`` is the file's, its identity over there. Raises BadData."""
    entry = mapping(value, i18n.text("import.file"))
    messages: list[ForeignMessage] = []
    shown: str | None = None
    for number, turn in enumerate(sequence(entry.get("messages"), "messages")):
        where = f"messages[{number}]"
        turn = mapping(turn, where)
        versions = sequence(turn.get("versions"), f"{where}.versions")
        selected = turn.get("currentlySelected")
        below = shown
        for at, version in enumerate(versions):
            message = _message(version, f"{number}-{at}", below, f"{where}.versions[{at}]")
            messages.append(message)
            if at == selected or (at == len(versions) - 1 and not isinstance(selected, int)):
                shown = message.key
    return ForeignConversation(
        source="lm_studio",
        key=name,
        title=text(entry.get("name")),
        messages=messages,
        where=name,
        tip=shown,
        system_prompt=text(entry.get("systemPrompt")),
        created=seconds(entry.get("createdAt")),
        updated=seconds(entry.get("assistantLastMessagedAt")) or seconds(entry.get("userLastMessagedAt")),
    )


def _message(value: Any, key: str, parent: str | None, where: str) -> ForeignMessage:
    version = mapping(value, where)
    sender = mapping(version.get("senderInfo") or {}, f"{where}.senderInfo")
    answer = [_text(version.get("content"), f"{where}.content")]
    reasoning: list[str] = []
    for at, step in enumerate(sequence(version.get("steps"), f"{where}.steps")):
        step = mapping(step, f"{where}.steps[{at}]")
        if step.get("type") != "contentBlock":
            continue
        style = step.get("style")
        is_thinking = isinstance(style, dict) and style.get("type") == "thinking"
        (reasoning if is_thinking else answer).append(_text(step.get("content"), f"{where}.steps[{at}].content"))
    return ForeignMessage(
        key=key,
        parent=parent,
        role=text(version.get("role")),
        text="\n\n".join(filter(None, answer)),
        reasoning="\n\n".join(filter(None, reasoning)),
        model=text(sender.get("senderName")),
    )


def _text(value: Any, where: str) -> str:
    parts = [part for part in sequence(value, where) if isinstance(part, dict)]
    return "".join(
        text(part.get("text")) for part in parts if part.get("type") == "text" and not part.get("isStructural")
    )
