"""Makes conversations with every field set to anything it may be."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from app.domain.attachments import AttachmentPart
from app.domain.errors import ErrorReport, known_errors
from app.domain.generation import LogitBias, SamplingParameters, ThinkingChoice, Timings, Usage
from app.domain.messages import (
    ArchivedConversation,
    Conversation,
    Message,
    MessageStatus,
    ReasoningPart,
    ReplyFacts,
    TextPart,
)
from app.domain.sampling import RANGES, is_whole

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
small = st.integers(0, 100_000)
measured = st.floats(0, 1e6)
identities = st.uuids().map(lambda made: made.hex)

numbers: dict[str, Any] = {
    name: st.integers(int(limits.lowest), int(limits.highest))
    if is_whole(name)
    else st.floats(limits.lowest, limits.highest)
    for name, limits in RANGES.items()
}
biases = st.lists(st.builds(LogitBias, texts.filter(bool), st.floats(-100, 100)), max_size=3).map(tuple)
samplings = st.builds(
    SamplingParameters,
    **numbers,
    seed=st.none() | small,
    grammar=texts,
    json_schema=texts,
    logit_bias=biases,
)
attachments = st.builds(
    AttachmentPart, name=texts, text=texts, kind=..., language=texts, size=small, sha256=texts, tokens=small
)
parts = st.lists(st.builds(TextPart, texts) | st.builds(ReasoningPart, texts, measured) | attachments, max_size=3).map(
    tuple
)
facts = st.builds(
    ReplyFacts,
    model=texts,
    sampling=st.none() | samplings,
    usage=st.none() | st.builds(Usage, small, small, small),
    timings=st.none() | st.builds(Timings, measured, measured, measured, measured),
    error=st.none()
    | st.builds(ErrorReport, st.sampled_from(sorted(known_errors())), st.dictionaries(texts, texts, max_size=2)),
)
statuses = st.sampled_from([status for status in MessageStatus if status is not MessageStatus.STREAMING])
messages = st.builds(
    Message,
    id=identities,
    conversation_id=st.just(""),
    parent_id=st.none(),
    role=...,
    parts=parts,
    status=statuses,
    created_at=times,
    updated_at=times,
    facts=facts,
    writer_pid=st.none(),
    edited_from=st.none(),
)
conversations = st.builds(
    Conversation,
    **{
        field.name: ...
        for field in fields(Conversation)
        if field.name not in ("tip_id", "summary_until", "sampling", "thinking")
    }
    | {
        "id": identities,
        "title": texts,
        "created_at": times,
        "updated_at": times,
        "system_prompt": texts,
        "model": texts,
        "summary": texts,
        "folder_id": st.none(),
        "pinned": st.none() | small,
        "sampling": st.none() | samplings,
        "thinking": st.builds(ThinkingChoice, is_on=..., budget=small),
    },
)


@st.composite
def trees(draw: st.DrawFn) -> ArchivedConversation:
    """A conversation whose messages hang on any earlier one."""
    conversation: Conversation = draw(conversations)
    made: list[Message] = []
    for message in draw(st.lists(messages, max_size=6, unique_by=lambda entry: entry.id)):
        parent = draw(st.none() | st.sampled_from(made)) if made else None
        made.append(replace(message, conversation_id=conversation.id, parent_id=parent.id if parent else None))
    if made:
        tip, until = draw(st.sampled_from(made)), draw(st.none() | st.sampled_from(made))
        conversation = replace(conversation, tip_id=tip.id, summary_until=until.id if until else None)
    return ArchivedConversation(conversation, tuple(made))
