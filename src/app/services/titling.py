"""A title for a conversation, asked of its own model: what is sent, and what of the answer is fit for the list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from app.domain.generation import ContextPolicy, GenerationRequest, SamplingParameters, ThinkingChoice
from app.domain.messages import Conversation, Message, MessageStatus, Role, TitleOrigin, title_from
from app.services.prompting import Prompt
from app.storage.settings import Settings

#: Smaller models (parameters) write no titles that a person would want.
SMALLEST_MODEL: Final = 300_000_000
LONGEST_TITLE: Final = 60
_MAX_TOKENS: Final = 32
_SAMPLING: Final = SamplingParameters(temperature=0.2, seed=1)
_INSTRUCTION: Final = (
    "Write a title for this conversation, at most six words, in the language of the conversation. "
    "Answer with the title alone: no quotes, no full stop, no explanation."
)
_QUOTES: Final = " \t\"'`*#“”‘’「」『』《》«»"
_STOPS: Final = " .。!！,，:：;；"


def wants_title(conversation: Conversation, branch: Sequence[Message]) -> bool:
    """Tells whether a conversation still has its first line as a title, and exactly its first reply, well ended."""
    return (
        conversation.title_origin is TitleOrigin.FIRST_LINE
        and not conversation.is_temporary
        and [message.role for message in branch] == [Role.USER, Role.ASSISTANT]
        and branch[-1].status in (MessageStatus.COMPLETE, MessageStatus.LENGTH)
        and bool(branch[-1].text)
    )


def title_request(conversation: Conversation, branch: Sequence[Message], settings: Settings) -> GenerationRequest:
    """Returns the request for a title. What was evaluated of the conversation serves it; it does not reason."""
    prompt = Prompt.of(conversation, branch, settings).with_draft(_INSTRUCTION)
    thinking = ThinkingChoice(is_on=False)
    return prompt.request(f"title-{uuid.uuid4().hex}", _SAMPLING, _MAX_TOKENS, ContextPolicy.ROLL, thinking)


def clean_title(answer: str) -> str:
    """Returns the title in a model's answer, "" where there is none that fits on a line."""
    line = next((line.strip() for line in answer.splitlines() if line.strip(_QUOTES)), "")
    name, colon, rest = line.partition(":")
    line = rest if colon and name.strip(_QUOTES).casefold() == "title" else line
    title = " ".join(line.strip(_QUOTES).rstrip(_STOPS).strip(_QUOTES).split())
    return title_from(title, LONGEST_TITLE) if title and title.isprintable() else ""
