"""Our own format, JSON Lines: a conversation a line with the whole tree of its messages. Nothing is lost either way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app import i18n
from app.domain.errors import ErrorReport, known_errors
from app.domain.messages import ArchivedConversation, Conversation, Message, MessageStatus
from app.exchange import values
from app.exchange.bounded_json import BadData, mapping, sequence

VERSION: Final = 1
"""The number in each line; a reader refuses a higher one."""

_IDENTITY: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


def is_like(value: Any) -> bool:
    """Tells whether ``value`` is a line of this format."""
    return isinstance(value, dict) and "skald" in value


def line(archived: ArchivedConversation) -> str:
    """Returns a conversation as one line, ended by a newline."""
    value = {
        "skald": VERSION,
        "conversation": values.plain(archived.conversation),
        "messages": [_told(message) for message in archived.messages],
    }
    return json.dumps(value, ensure_ascii=False) + "\n"


def read(value: Any, where: str) -> ArchivedConversation:
    """Returns the conversation of one line. Raises BadData."""
    entry = mapping(value, where)
    if type(entry.get("skald")) is not int or not 1 <= entry["skald"] <= VERSION:
        raise BadData(where, i18n.text("import.newer"))
    conversation: Conversation = values.read(Conversation, entry.get("conversation"), f"{where}, conversation")
    _check_identity(conversation.id, where)
    messages: dict[str, Message] = {}
    for number, found in enumerate(sequence(entry.get("messages"), f"{where}, messages")):
        place = f"{where}, messages[{number}]"
        message = _message(mapping(found, place), conversation.id, place)
        if message.parent_id is not None and message.parent_id not in messages:
            raise BadData(place, i18n.text("import.parent_missing"))
        messages.setdefault(message.id, message)
    if conversation.tip_id is not None and conversation.tip_id not in messages:
        raise BadData(where, i18n.text("import.tip_missing"))
    if conversation.summary_until is not None and conversation.summary_until not in messages:
        conversation = replace(conversation, summary="", summary_until=None)
    return ArchivedConversation(conversation, tuple(messages.values()))


def _told(message: Message) -> dict[str, Any]:
    """Returns what is told of a message: not its conversation, which the line tells, nor the process that writes it."""
    told: dict[str, Any] = values.plain(replace(message, writer_pid=None))
    return {name: value for name, value in told.items() if name != "conversation_id"}


def _message(entry: Mapping[str, Any], conversation_id: str, where: str) -> Message:
    told = {**entry, "conversation_id": conversation_id, "writer_pid": None}
    message: Message = values.read(Message, {"parent_id": None, **told}, where)
    _check_identity(message.id, where)
    is_unfinished = message.status is MessageStatus.STREAMING
    facts = message.facts
    if facts.error is not None and facts.error.key not in known_errors():
        facts = replace(facts, error=ErrorReport("unknown", {}))
    return replace(message, status=MessageStatus.STOPPED if is_unfinished else message.status, facts=facts)


def _check_identity(identity: str, where: str) -> None:
    if not _IDENTITY.fullmatch(identity):
        raise BadData(where, i18n.text("import.no_id"))
