"""What a conversation is made of: messages with roles, parts and a place in a tree.

Values only: identity and time come from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.attachments import AttachmentPart
from app.domain.errors import ErrorReport
from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice, Timings, Usage

#: How the id of a conversation begins that is never written.
TEMPORARY_PREFIX: Final = "temporary-"


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


class TitleOrigin(StrEnum):
    """Who gave a conversation its title. What a person gave is never replaced."""

    FIRST_LINE = ""
    PERSON = "person"
    MODEL = "model"


@dataclass(frozen=True)
class TextPart:
    """Plain text (Markdown in a reply)."""

    text: str


@dataclass(frozen=True)
class ReasoningPart:
    """What a reasoning model wrote before its answer, and how long it took (0 where that is not known)."""

    text: str
    seconds: float = 0.0


Part = TextPart | ReasoningPart | AttachmentPart


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
    """One message of the tree. ``parent_id`` is None for the first one.

    ``edited_from`` is the message whose text a person edited to make this one.
    """

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
    edited_from: str | None = None

    @property
    def text(self) -> str:
        """The text parts joined; reasoning and attachments are left out."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def attachments(self) -> tuple[AttachmentPart, ...]:
        """The files that were added."""
        return tuple(part for part in self.parts if isinstance(part, AttachmentPart))

    @property
    def content(self) -> str:
        """What the model reads of it: the attachments, then the text."""
        return content_of(self.text, self.attachments)

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
    ``is_pinned``: it stands above the others in the list.
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
    folder_id: str | None = None
    is_pinned: bool = False
    is_archived: bool = False
    title_origin: TitleOrigin = TitleOrigin.FIRST_LINE

    @property
    def is_temporary(self) -> bool:
        """Whether it is in memory only, and gone when it is left."""
        return self.id.startswith(TEMPORARY_PREFIX)


@dataclass(frozen=True)
class Folder:
    """A folder that a person put conversations in."""

    id: str
    name: str


def content_of(text: str, attachments: Sequence[AttachmentPart]) -> str:
    """Returns what the model reads of a message: each file in its frame, and the question at the end."""
    return "\n\n".join([*(part.framed for part in attachments), *([text] if text or not attachments else [])])


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
