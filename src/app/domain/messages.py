"""What a conversation is made of: messages with roles, parts and a place in a tree.

Values only: identity and time come from the store.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.errors import ErrorReport
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice, Timings, Usage


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class MessageStatus(StrEnum):
    """How a message ended. ``STREAMING`` in the store without a living writer means interrupted."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    LENGTH = "length"
    ERROR = "error"
    STREAMING = "streaming"


@dataclass(frozen=True)
class TextPart:
    """Plain text (Markdown in a reply)."""

    text: str


@dataclass(frozen=True)
class ReasoningPart:
    """What a reasoning model wrote before its answer, and how long it took (0 where that is not known)."""

    text: str
    seconds: float = 0.0


Part = TextPart | ReasoningPart


@dataclass(frozen=True)
class ReplyFacts:
    """What is recorded of a reply: the model's name, how it was sampled, what it cost, how it failed."""

    model: str = ""
    sampling: SamplingParameters | None = None
    usage: Usage | None = None
    timings: Timings | None = None
    error: ErrorReport | None = None


@dataclass(frozen=True)
class Message:
    """One message of the tree. ``parent_id`` is None for the first one."""

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    parts: tuple[Part, ...]
    status: MessageStatus
    created_at: datetime
    updated_at: datetime
    facts: ReplyFacts = field(default_factory=ReplyFacts)
    writer_pid: int | None = None

    @property
    def text(self) -> str:
        """The text parts joined; reasoning is left out."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def reasoning(self) -> str:
        """The reasoning parts joined."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, ReasoningPart))

    @property
    def reasoning_s(self) -> float:
        """How long the model reasoned, in seconds."""
        return sum(part.seconds for part in self.parts if isinstance(part, ReasoningPart))


@dataclass(frozen=True)
class Conversation:
    """A conversation as the list shows it. ``tip_id`` is the last message of the branch that is shown.

    ``policy`` says what happens when it outgrows the context window, and that many messages at its start are
    ``pinned`` then; None means as the settings have it. ``summary`` stands for the messages up to ``summary_until``.
    """

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    tip_id: str | None = None
    system_prompt: str = ""
    model: str = ""
    sampling: SamplingParameters | None = None
    policy: ContextPolicy | None = None
    pinned: int | None = None
    summary: str = ""
    summary_until: str | None = None
    thinking: ThinkingChoice = field(default_factory=ThinkingChoice)


@dataclass(frozen=True)
class ArchivedConversation:
    """A conversation with the whole tree of its messages, each one after its parent, as it goes to or from a file."""

    conversation: Conversation
    messages: tuple[Message, ...]


def title_from(text: str, limit: int = 60) -> str:
    """Returns a title for a conversation that begins with ``text``: its first line, at most ``limit`` characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = " ".join(line.lstrip("#>*- ").split()) or line
    if len(line) <= limit:
        return line
    cut = line[:limit]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit // 2 else cut).rstrip(" ,.;:，。；：") + "…"
