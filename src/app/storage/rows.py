"""How values of the domain stand in the rows of the database, and how they are read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final

from app.domain.attachments import AttachmentKind, AttachmentPart
from app.domain.errors import ErrorReport
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice, Timings, Usage
from app.domain.messages import (
    Conversation,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    ReplyFacts,
    Role,
    TextPart,
    TitleOrigin,
)
from app.domain.sampling import sampling_from
from app.storage.database import microseconds, moment_of

CONVERSATION_COLUMNS: Final = (
    "id, title, created_at, updated_at, tip_id, system_prompt, model, sampling, context_policy, pinned, summary, "
    "summary_until, thinking, folder_id, is_pinned, archived_at, title_origin"
)
FACT_COLUMNS: Final = (
    "model",
    "sampling",
    "prompt_tokens",
    "cached_tokens",
    "completion_tokens",
    "load_s",
    "first_token_s",
    "prompt_tokens_per_s",
    "tokens_per_s",
    "error",
)
MESSAGE_COLUMNS: Final = (
    "m.id, m.conversation_id, m.parent_id, m.role, m.text, m.parts, m.status, m.created_at, m.updated_at, "
    "m.writer_pid, " + ", ".join(f"m.{name}" for name in FACT_COLUMNS) + ", m.edited_from"
)
_PART_KINDS: Final[dict[str, type[Part]]] = {
    "text": TextPart,
    "reasoning": ReasoningPart,
    "attachment": AttachmentPart,
}
_KIND_NAMES: Final = {kind: name for name, kind in _PART_KINDS.items()}
_ATTACHMENT_KINDS: Final = {str(kind): kind for kind in AttachmentKind}
_POLICIES: Final = frozenset(str(policy) for policy in ContextPolicy)
_ROLES: Final = {str(role): role for role in Role}
_STATUSES: Final = {str(status): status for status in MessageStatus}


def storable(text: str) -> str:
    """Returns ``text`` as UTF-8 can carry it: a lone surrogate becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parts_columns(parts: Sequence[Part]) -> tuple[str, str | None]:
    """Returns the columns ``text`` and ``parts``; the second is None where it would only repeat the first."""
    text = storable("".join(part.text for part in parts if isinstance(part, TextPart)))
    if len(parts) == 1 and isinstance(parts[0], TextPart):
        return text, None
    return text, json.dumps([_part_fields(part) for part in parts], ensure_ascii=False)


def _part_fields(part: Part) -> dict[str, object]:
    fields_of_all: dict[str, object] = {"type": _KIND_NAMES[type(part)], "text": storable(part.text)}
    match part:
        case ReasoningPart(seconds=seconds):
            return {**fields_of_all, "seconds": seconds}
        case AttachmentPart():
            return {**fields_of_all, **_attachment_fields(part)}
        case TextPart():
            return fields_of_all


def _attachment_fields(part: AttachmentPart) -> dict[str, object]:
    return {
        "name": storable(part.name),
        "kind": str(part.kind),
        "language": part.language,
        "size": part.size,
        "sha256": part.sha256,
        "tokens": part.tokens,
    }


def sampling_column(sampling: SamplingParameters | None) -> str | None:
    """Returns sampling parameters as JSON."""
    return None if sampling is None else json.dumps(asdict(sampling))


def thinking_column(thinking: ThinkingChoice | None) -> str | None:
    """Returns a choice about reasoning as JSON."""
    return None if thinking is None else json.dumps(asdict(thinking))


def fact_columns(facts: ReplyFacts) -> tuple[object, ...]:
    """Returns the values of ``FACT_COLUMNS``."""
    usage, timings = facts.usage, facts.timings
    return (
        storable(facts.model),
        sampling_column(facts.sampling),
        *((usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) if usage else (None,) * 3),
        *(
            (timings.load_s, timings.first_token_s, timings.prompt_tokens_per_s, timings.tokens_per_s)
            if timings
            else (None,) * 4
        ),
        None if facts.error is None else json.dumps(asdict(facts.error)),
    )


def conversation_values(conversation: Conversation) -> dict[str, object]:
    """Returns what `conversation_from` reads, by column."""
    return {
        "id": conversation.id,
        "title": storable(conversation.title),
        "created_at": microseconds(conversation.created_at),
        "updated_at": microseconds(conversation.updated_at),
        "tip_id": conversation.tip_id,
        "system_prompt": storable(conversation.system_prompt),
        "model": storable(conversation.model),
        "sampling": sampling_column(conversation.sampling),
        "context_policy": conversation.policy,
        "pinned": conversation.pinned,
        "summary": storable(conversation.summary),
        "summary_until": conversation.summary_until,
        "thinking": thinking_column(conversation.thinking),
        "folder_id": conversation.folder_id,
        "is_pinned": conversation.is_pinned,
        "archived_at": microseconds(conversation.updated_at) if conversation.is_archived else None,
        "title_origin": conversation.title_origin,
    }


def conversation_from(row: Sequence[Any]) -> Conversation:
    """Returns the conversation of a row of ``CONVERSATION_COLUMNS``."""
    identity, title, created, updated, tip, system_prompt, model, sampling, *more = row
    policy, pinned, summary, until, thinking, folder, is_pinned, archived, origin = more
    return Conversation(
        identity,
        title,
        moment_of(created),
        moment_of(updated),
        tip,
        system_prompt,
        model,
        _sampling(sampling),
        ContextPolicy(policy) if policy in _POLICIES else None,
        pinned,
        summary,
        until,
        _thinking(thinking),
        folder,
        bool(is_pinned),
        archived is not None,
        TitleOrigin(origin),
    )


def message_from(row: Sequence[Any]) -> Message:
    """Returns the message of a row of ``MESSAGE_COLUMNS``."""
    identity, conversation, parent, role, text, parts, status, created, updated, pid, *facts, edited_from = row
    return Message(
        identity,
        conversation,
        parent,
        _ROLES[role],
        (TextPart(text),) if parts is None else _parts(parts),
        _STATUSES[status],
        moment_of(created),
        moment_of(updated),
        _facts(facts),
        pid,
        edited_from,
    )


_NO_FACTS: Final = ReplyFacts()


def _facts(row: Sequence[Any]) -> ReplyFacts:
    model, sampling, prompt, cached, completion, load_s, first_s, prompt_speed, speed, error = row
    if not model and sampling is None and prompt is None and load_s is None and error is None:
        return _NO_FACTS
    return ReplyFacts(
        model,
        _sampling(sampling),
        None if prompt is None else Usage(prompt, cached, completion),
        None if load_s is None else Timings(load_s, first_s, prompt_speed, speed),
        None if error is None else ErrorReport(**json.loads(error)),
    )


def _parts(column: str) -> tuple[Part, ...]:
    return tuple(_part(entry) for entry in json.loads(column))


def _part(entry: dict[str, Any]) -> Part:
    kind = _PART_KINDS[entry["type"]]
    if kind is ReasoningPart:
        return ReasoningPart(entry["text"], entry.get("seconds", 0.0))
    if kind is AttachmentPart:
        return AttachmentPart(
            entry["name"],
            entry["text"],
            _ATTACHMENT_KINDS.get(entry["kind"], AttachmentKind.TEXT),
            entry["language"],
            entry["size"],
            entry["sha256"],
            entry["tokens"],
        )
    return TextPart(entry["text"])


def _thinking(column: str | None) -> ThinkingChoice:
    return ThinkingChoice() if column is None else ThinkingChoice(**json.loads(column))


@lru_cache(maxsize=256)
def _sampling(column: str | None) -> SamplingParameters | None:
    if column is None:
        return None
    try:
        loaded = json.loads(column)
    except ValueError:
        return None
    return sampling_from(loaded) if isinstance(loaded, dict) else None
