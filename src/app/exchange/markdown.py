"""Writes the branch of a conversation that is shown as Markdown, for people and other programs to read."""

from __future__ import annotations

from app import i18n
from app.domain.messages import ArchivedConversation, Message, ReasoningPart, Role


def document(archived: ArchivedConversation) -> str:
    """Returns a conversation: its title, the system prompt as a quote, and a heading for each message."""
    conversation = archived.conversation
    pieces = [f"# {' '.join(conversation.title.split())}"]
    if conversation.system_prompt.strip():
        pieces.append(_quoted(f"**{i18n.text('exchange.system_prompt')}:** {conversation.system_prompt.strip()}"))
    for message in branch(archived):
        pieces.append(f"## {author(message)}")
        reasoning = reasoning_of(message)
        if reasoning:
            pieces.append(_quoted(f"**{i18n.text('exchange.reasoning')}:** {reasoning}"))
        pieces.append(message.text.rstrip())
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def branch(archived: ArchivedConversation) -> list[Message]:
    """Returns the messages of the branch that is shown, from the first to the tip."""
    by_id = {message.id: message for message in archived.messages}
    found: list[Message] = []
    wanted = archived.conversation.tip_id
    while wanted is not None:
        found.append(by_id[wanted])
        wanted = found[-1].parent_id
    return found[::-1]


def author(message: Message) -> str:
    """Returns who speaks: the person, or the model by its name."""
    if message.role is Role.USER:
        return i18n.text("exchange.you")
    return " ".join(message.facts.model.split()) or i18n.text("exchange.reply")


def reasoning_of(message: Message) -> str:
    """Returns what a reasoning model wrote before its answer."""
    return "".join(part.text for part in message.parts if isinstance(part, ReasoningPart)).strip()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
