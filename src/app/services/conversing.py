"""The use cases of talking with a language model: every step is in the store before the engine is asked."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.domain.attachments import AttachmentPart
from app.domain.errors import WrongUsage
from app.domain.generation import ContextPolicy, GenerationRequest, SamplingParameters, ThinkingChoice
from app.domain.messages import (
    Conversation,
    MessageStatus,
    Part,
    ReplyFacts,
    Role,
    TextPart,
    title_from,
)
from app.services.prompting import Prompt
from app.storage.conversations import ConversationStore
from app.storage.settings import Settings

#: 2³² − 1 means "draw one" to llama.cpp, so it is never drawn.
_SEEDS = 2**32 - 1


@dataclass(frozen=True)
class PendingReply:
    """A reply that is in the store, empty or half written, and what to ask the engine for it.

    ``message_id`` is the reply's; each request for it has an id of its own. ``earlier`` are the parts that a
    continued reply has already; ``facts`` tells the model's name and how it is sampled, and what ``earlier`` cost.
    ``origins`` has for each message of the request the id of the first message it was made of, "" for the system's.
    """

    conversation_id: str
    message_id: str
    request: GenerationRequest
    facts: ReplyFacts
    earlier: tuple[Part, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplyOptions:
    """How one reply is to be made; None means what the conversation or the settings say. ``max_tokens`` 0: no limit."""

    sampling: SamplingParameters | None = None
    max_tokens: int | None = None
    policy: ContextPolicy | None = None
    thinking: ThinkingChoice | None = None


_DEFAULT_OPTIONS = ReplyOptions()


class Conversing:
    """Begins, repeats and continues replies. ``settings`` is asked at each reply."""

    def __init__(self, store: ConversationStore, settings: Callable[[], Settings] = Settings) -> None:
        self._store = store
        self._settings = settings

    def begin(
        self,
        text: str,
        *,
        conversation_id: str | None = None,
        model: str = "",
        system_prompt: str | None = None,
        options: ReplyOptions = _DEFAULT_OPTIONS,
        is_temporary: bool = False,
        attachments: Sequence[AttachmentPart] = (),
    ) -> PendingReply:
        """Commits the person's message, in a new conversation where none is named, then an empty reply to it.

        ``model`` is a model file's name; a new conversation that ``is_temporary`` is never written. Raises
        ConversationNotFound and what the store raises.
        """
        title = text if text.strip() or not attachments else attachments[0].name
        conversation = self._conversation(conversation_id, title, model, system_prompt, is_temporary)
        parts: tuple[Part, ...] = (*attachments, TextPart(text))
        question = self._store.add_message(conversation.id, Role.USER, parts, parent_id=conversation.tip_id)
        return self._new_reply(conversation, question.id, model, options)

    def ask_again(
        self, message_id: str, text: str, *, model: str = "", options: ReplyOptions = _DEFAULT_OPTIONS
    ) -> PendingReply:
        """Commits ``text`` beside the person's message ``message_id``, with its files, then an empty reply to it.

        Raises MessageNotFound, WrongUsage where it is a reply.
        """
        message = self._store.message(message_id)
        if message.role is not Role.USER:
            raise WrongUsage(reason=f"{message_id} is not a person's message")
        conversation = self._store.get(message.conversation_id)
        parts: tuple[Part, ...] = (*message.attachments, TextPart(text))
        question = self._store.add_message(
            conversation.id, Role.USER, parts, parent_id=message.parent_id, edited_from=message_id
        )
        return self._new_reply(conversation, question.id, model, options)

    def regenerate(self, message_id: str, *, model: str = "", options: ReplyOptions = _DEFAULT_OPTIONS) -> PendingReply:
        """Begins another reply beside the reply ``message_id``, or below the person's message ``message_id``.

        Raises MessageNotFound.
        """
        message = self._store.message(message_id)
        question_id = message.id if message.role is Role.USER else message.parent_id
        conversation = self._store.get(message.conversation_id)
        return self._new_reply(conversation, question_id, model or message.facts.model, options)

    def continue_reply(
        self, message_id: str, *, model: str = "", options: ReplyOptions = _DEFAULT_OPTIONS
    ) -> PendingReply:
        """Goes on with a reply that was stopped, cut or interrupted; it stays the same message.

        One that was cut in its reasoning goes on there, one without any text begins anew. Raises MessageNotFound,
        WrongUsage where it is not a reply.
        """
        message = self._store.message(message_id)
        if message.role is not Role.ASSISTANT:
            raise WrongUsage(reason=f"{message_id} is not a reply")
        conversation = self._store.get(message.conversation_id)
        if conversation.tip_id != message_id:
            self._store.set_tip(conversation.id, message_id)
        self._store.resume_reply(message_id, os.getpid())
        facts = replace(self._facts(conversation, model or message.facts.model, options), usage=message.facts.usage)
        branch = self._store.path(conversation.id)
        earlier = message.parts if message.text or message.reasoning else ()
        shown = branch if earlier else branch[:-1]
        prompt = Prompt.of(conversation, shown, self._settings())
        request = replace(self._request(prompt, message_id, facts, options), continue_last=bool(earlier))
        return PendingReply(conversation.id, message_id, request, facts, earlier, prompt.origins)

    def _conversation(
        self, conversation_id: str | None, title: str, model: str, system_prompt: str | None, is_temporary: bool
    ) -> Conversation:
        if conversation_id is None:
            chosen = self._settings().system_prompt if system_prompt is None else system_prompt
            return self._store.create(title_from(title), system_prompt=chosen, model=model, is_temporary=is_temporary)
        conversation = self._store.get(conversation_id)
        wants_prompt = system_prompt is not None and system_prompt != conversation.system_prompt
        if wants_prompt or (model and model != conversation.model):
            self._store.configure(conversation.id, system_prompt=system_prompt, model=model or None)
        if conversation.tip_id is None and not conversation.title:
            self._store.rename(conversation.id, title_from(title))
        return self._store.get(conversation.id)

    def _new_reply(
        self, conversation: Conversation, question_id: str | None, model: str, options: ReplyOptions
    ) -> PendingReply:
        facts = self._facts(conversation, model, options)
        reply = self._store.add_message(
            conversation.id,
            Role.ASSISTANT,
            (),
            parent_id=question_id,
            status=MessageStatus.STREAMING,
            facts=facts,
            writer_pid=os.getpid(),
        )
        prompt = Prompt.of(conversation, self._store.path(conversation.id)[:-1], self._settings())
        request = self._request(prompt, reply.id, facts, options)
        return PendingReply(conversation.id, reply.id, request, facts, origins=prompt.origins)

    def _facts(self, conversation: Conversation, model: str, options: ReplyOptions) -> ReplyFacts:
        sampling = options.sampling or conversation.sampling or self._settings().sampling
        if sampling.seed is None:
            sampling = replace(sampling, seed=secrets.randbelow(_SEEDS))
        return ReplyFacts(model=model or conversation.model, sampling=sampling)

    def _request(self, prompt: Prompt, message_id: str, facts: ReplyFacts, options: ReplyOptions) -> GenerationRequest:
        limit = self._settings().max_tokens if options.max_tokens is None else options.max_tokens
        thinking = options.thinking or prompt.thinking
        return prompt.request(
            f"{message_id}-{uuid.uuid4().hex[:8]}",
            facts.sampling or SamplingParameters(),
            limit,
            options.policy,
            thinking,
        )
