"""Editing what was said: each step adds or hides something and can be taken back, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import WrongUsage
from app.domain.messages import Conversation, Message, ReasoningPart, ReplyFacts, Role, TextPart
from app.storage.conversations import ConversationStore
from app.storage.tree_edits import Removal, TreeEdits


class Editing:
    """The use cases of editing that need no engine; `Conversing.ask_again` is the one that does."""

    def __init__(self, store: ConversationStore, edits: TreeEdits) -> None:
        self._store = store
        self._edits = edits

    def edit_reply(self, message_id: str, text: str) -> Message:
        """Puts a reply with ``text`` beside the reply ``message_id`` and shows it; its reasoning goes along.

        What was measured does not, because it was measured of other words. Raises MessageNotFound, WrongUsage where it
        is not a reply.
        """
        message = self._store.message(message_id)
        if message.role is not Role.ASSISTANT:
            raise WrongUsage(reason=f"{message_id} is not a reply")
        reasoning = [part for part in message.parts if isinstance(part, ReasoningPart)]
        return self._store.add_message(
            message.conversation_id,
            Role.ASSISTANT,
            (*reasoning, TextPart(text)),
            parent_id=message.parent_id,
            facts=ReplyFacts(message.facts.model, message.facts.sampling),
            edited_from=message_id,
        )

    def remove(self, message_id: str) -> Removal:
        """Deletes one message; what follows it stays. Raises MessageNotFound."""
        return self._edits.remove(message_id)

    def restore(self, removal: Removal) -> None:
        """Brings a deleted message back to its place."""
        self._edits.restore(removal)

    def take_back(self, conversation_id: str, added: Sequence[str], tip: str | None) -> None:
        """Takes back messages that were ``added`` and shows the branch that ends with ``tip`` again."""
        self._edits.withdraw(conversation_id, added, tip)

    def take_back_continuation(self, before: Message) -> None:
        """Gives a reply that was continued the words, the facts and the end that it had ``before``."""
        self._store.finish_reply(before.id, before.parts, before.status, before.facts)

    def branch(self, message_id: str, title: str) -> Conversation:
        """Copies the messages up to ``message_id`` into a new conversation. Raises MessageNotFound."""
        return self._store.get(self._edits.copy_branch(message_id, title))
