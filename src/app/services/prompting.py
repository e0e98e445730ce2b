"""What of a conversation is sent to the model: its messages as the engine takes them, and where each one came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.generation import ContextPolicy, GenerationRequest, PromptMessage, SamplingParameters, ThinkingChoice
from app.domain.messages import Conversation, Message, Role
from app.storage.settings import Settings


@dataclass(frozen=True)
class Prompt:
    """The prompt of one branch, without the reply's own options.

    ``origins`` has for each of ``messages`` the id of the first message it was made of, "" for the system prompt and
    for a draft. ``pinned`` and ``summarised`` are as in GenerationRequest.
    """

    messages: tuple[PromptMessage, ...] = ()
    origins: tuple[str, ...] = ()
    policy: ContextPolicy = ContextPolicy.STOP
    pinned: int = 0
    summary: str = ""
    summarised: int = 0
    conversation_id: str = ""
    thinking: ThinkingChoice = field(default_factory=ThinkingChoice)

    @classmethod
    def of(cls, conversation: Conversation, branch: Sequence[Message], settings: Settings) -> Prompt:
        """Returns the prompt of ``branch``, a conversation's messages from its root on."""
        messages, origins = _joined(conversation.system_prompt, branch)
        pinned = settings.pinned_messages if conversation.pinned is None else conversation.pinned
        until = next((at for at, message in enumerate(branch) if message.id == conversation.summary_until), -1)
        gone = {message.id for message in branch[: until + 1]}
        return cls(
            messages,
            origins,
            conversation.policy or ContextPolicy(settings.context_policy),
            _count(origins, {message.id for message in branch[:pinned]}),
            conversation.summary if gone else "",
            _end(origins, gone) if gone else 0,
            "" if conversation.is_temporary else conversation.id,  # its KV state is never written either
            conversation.thinking,
        )

    def with_draft(self, text: str) -> Prompt:
        """Returns what is sent when the person sends ``text`` now; an empty one stands for what is still to come."""
        messages, origins = self.messages, self.origins
        if messages and messages[-1].role == Role.USER:
            joined = f"{messages[-1].content}\n\n{text}" if text else messages[-1].content
            messages = (*messages[:-1], PromptMessage(messages[-1].role, joined))
        else:
            messages, origins = (*messages, PromptMessage(str(Role.USER), text)), (*origins, "")
        return replace(self, messages=messages, origins=origins)

    def request(
        self,
        request_id: str,
        sampling: SamplingParameters,
        max_tokens: int,
        policy: ContextPolicy | None = None,
        thinking: ThinkingChoice | None = None,
    ) -> GenerationRequest:
        """Returns a request for a reply; ``max_tokens`` 0 means no limit.

        ``policy`` and ``thinking`` go before the conversation's own.
        """
        thinking = thinking or self.thinking
        return GenerationRequest(
            id=request_id,
            messages=self.messages,
            sampling=sampling,
            max_tokens=max_tokens or None,
            policy=policy or self.policy,
            pinned=self.pinned,
            summary=self.summary,
            summarised=self.summarised,
            conversation_id=self.conversation_id,
            thinking=thinking.is_on,
            thinking_budget=thinking.budget,
        )


def _joined(system_prompt: str, branch: Sequence[Message]) -> tuple[tuple[PromptMessage, ...], tuple[str, ...]]:
    """Returns what the model gets to read, and the origin of each message.

    Reasoning goes along apart from the text, because the model's template says whether it is read again. Messages
    without content are left out (but for the last, which may be cut in its reasoning) and neighbours of one role are
    joined, because many templates insist that person and model take turns.
    """
    found: list[PromptMessage] = []
    origins: list[str] = []
    if system_prompt.strip():
        found.append(PromptMessage(str(Role.SYSTEM), system_prompt))
        origins.append("")
    for message in branch:
        content = message.content
        if not content and not (message.reasoning and message is branch[-1]):
            continue
        if found and found[-1].role == message.role:
            found[-1] = replace(found[-1], content=f"{found[-1].content}\n\n{content}")
        else:
            found.append(PromptMessage(str(message.role), content, message.reasoning))
            origins.append(message.id)
    return tuple(found), tuple(origins)


def _count(origins: Sequence[str], ids: set[str]) -> int:
    return sum(origin in ids for origin in origins)


def _end(origins: Sequence[str], ids: set[str]) -> int:
    """Returns the index after the last of ``origins`` that is one of ``ids``."""
    return max((index + 1 for index, origin in enumerate(origins) if origin in ids), default=0)
