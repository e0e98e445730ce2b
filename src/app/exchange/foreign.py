"""What other programs' conversations have in common, and how one becomes one of ours.

Ids are made of the other program's, always the same ones, so that what comes in twice is there once.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from app import i18n
from app.domain.messages import (
    ArchivedConversation,
    Conversation,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    ReplyFacts,
    Role,
    TextPart,
    title_from,
)
from app.exchange.bounded_json import BadData

LONGEST_TITLE: Final = 200

_FOREIGN: Final = uuid.UUID("6f0a3f5e-3c57-4f0b-9a55-0d9f6d1f7c11")
"""The namespace of the ids that foreign conversations get."""

_ROLES: Final = {"user": Role.USER, "human": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)

# A reply that brings its reasoning along in its text: as the model wrote it, or as Open WebUI folds it.
_TAGGED: Final = re.compile(r"\s*<think>(.*?)</think>\s*", re.DOTALL)
_FOLDED: Final = re.compile(
    r'\s*<details type="reasoning"[^>]*>\s*(?:<summary>[^<]*</summary>)?(.*?)</details>\s*', re.DOTALL
)


@dataclass(frozen=True)
class ForeignMessage:
    """A message as another program tells it. ``parent`` is the key of the message before it.

    One with another role than person, model and system, or without text, is left out: what follows it moves up, and
    takes its ``reasoning`` over. ``created`` is in seconds or milliseconds since 1970.
    """

    key: str
    parent: str | None
    role: str
    text: str
    reasoning: str = ""
    created: float | None = None
    model: str = ""


@dataclass(frozen=True)
class ForeignConversation:
    """A conversation as another program tells it.

    ``source`` names the program, ``tip`` the message that is shown last, ``where`` its place in the file.
    """

    source: str
    key: str
    title: str
    messages: Sequence[ForeignMessage]
    where: str
    tip: str | None = None
    system_prompt: str = ""
    created: float | None = None
    updated: float | None = None


def moment(seconds: float | None, otherwise: datetime) -> datetime:
    """Returns the time of ``seconds`` since 1970 (milliseconds are told by their size); ``otherwise`` for none."""
    if seconds is None:
        return otherwise
    try:
        return max(datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC), _FIRST)
    except (OverflowError, OSError, ValueError):
        return otherwise


def chain(entries: Iterable[ForeignMessage]) -> list[ForeignMessage]:
    """Returns messages that follow each other in a list, each with the one before as its parent."""
    found: list[ForeignMessage] = []
    for entry in entries:
        found.append(replace(entry, parent=found[-1].key if found else None))
    return found


def adopted(foreign: ForeignConversation) -> ArchivedConversation | None:
    """Returns a foreign conversation as one of ours, None where it holds no message.

    System messages before the first of the person become the system prompt, as it is with ours. Raises BadData where
    messages follow each other in a circle.
    """
    now = datetime.now(UTC)
    first = next((entry.created for entry in foreign.messages if entry.created is not None), None)
    tree = _Tree(foreign, moment(foreign.created, moment(first, now)))
    for entry in _parents_first(foreign):
        tree.take(entry)
    messages = tuple(tree.kept.values())
    if not messages:
        return None
    tip = tree.parents.get(foreign.tip) if foreign.tip is not None else None
    conversation = Conversation(
        id=tree.identity,
        title=" ".join(foreign.title.split())[:LONGEST_TITLE] or title_from(messages[0].text),
        created_at=tree.created,
        updated_at=max(moment(foreign.updated, tree.created), *(message.updated_at for message in messages)),
        tip_id=tip or messages[-1].id,
        system_prompt=tree.system_prompt,
        model=next((message.facts.model for message in reversed(messages) if message.facts.model), ""),
    )
    return ArchivedConversation(conversation, messages)


class _Tree:
    """Takes messages, parents first. ``parents`` has for each key the id of ours that what follows it hangs on."""

    def __init__(self, foreign: ForeignConversation, created: datetime) -> None:
        self.identity = _identity(foreign, "")
        self.created = created
        self.system_prompt = foreign.system_prompt
        self.kept: dict[str, Message] = {}
        self.parents: dict[str, str | None] = {}
        self._foreign = foreign
        self._carried: dict[str, str] = {}

    def take(self, entry: ForeignMessage) -> None:
        """Takes one message in, or what it leaves to those that follow it."""
        parent = None if entry.parent is None else self.parents.get(entry.parent)
        carried = "" if entry.parent is None else self._carried.get(entry.parent, "")
        role = _ROLES.get(entry.role)
        if role is Role.SYSTEM and parent is None:
            self.system_prompt = self.system_prompt or entry.text
        text, reasoning = _told_apart(entry) if role is Role.ASSISTANT else (entry.text, entry.reasoning)
        reasoning = "\n\n".join(filter(None, (carried, reasoning)))
        if role not in (Role.USER, Role.ASSISTANT) or not (text.strip() or reasoning.strip()):
            self.parents[entry.key], self._carried[entry.key] = parent, reasoning
            return
        parts: list[Part] = [ReasoningPart(reasoning)] if reasoning.strip() and role is Role.ASSISTANT else []
        if text or not parts:
            parts.append(TextPart(text))
        when = moment(entry.created, self.created)
        identity = _identity(self._foreign, entry.key)
        facts = ReplyFacts(model=entry.model) if role is Role.ASSISTANT else ReplyFacts()
        self.kept[identity] = Message(
            identity, self.identity, parent, role, tuple(parts), MessageStatus.COMPLETE, when, when, facts
        )
        self.parents[entry.key] = identity


def _told_apart(entry: ForeignMessage) -> tuple[str, str]:
    """Returns text and reasoning of a reply."""
    if entry.reasoning:
        return entry.text, entry.reasoning
    if found := _TAGGED.match(entry.text):
        return entry.text[found.end() :], found[1].strip()
    if found := _FOLDED.match(entry.text):
        lines = html.unescape(found[1]).strip().split("\n")
        return entry.text[found.end() :], "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)
    return entry.text, ""


def _identity(foreign: ForeignConversation, key: str) -> str:
    name = "\0".join((foreign.source, foreign.key, key))
    return uuid.uuid5(_FOREIGN, name.encode("utf-8", "replace").decode()).hex


def _parents_first(foreign: ForeignConversation) -> list[ForeignMessage]:
    """Returns the messages, each after its parent; of two with one key the first, and an unknown parent is none."""
    entries = {entry.key: entry for entry in reversed(foreign.messages)}
    children: dict[str | None, list[ForeignMessage]] = {}
    for entry in foreign.messages:
        if entries[entry.key] is entry:
            children.setdefault(entry.parent if entry.parent in entries else None, []).append(entry)
    found: list[ForeignMessage] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        entry = waiting.pop()
        found.append(entry)
        waiting.extend(reversed(children.get(entry.key, [])))
    if len(found) < len(entries):
        raise BadData(foreign.where, i18n.text("import.circle"))
    return found
