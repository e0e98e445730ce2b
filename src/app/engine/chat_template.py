"""Turns messages into a prompt with the model's own chat template, and adapts them to what a template cannot take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from app.domain.errors import TemplateFailed
from app.domain.generation import PromptMessage
from app.engine.template_sandbox import TIME_LIMIT_S, Sandbox

CHATML: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CHATML_END: Final = "<|im_end|>"

Messages = Sequence[PromptMessage]
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class ChatTemplate:
    """The chat template of one model; ChatML where it brings none."""

    def __init__(
        self,
        source: str | None,
        bos: str,
        eos: str,
        is_cancelled: Callable[[], bool] = lambda: False,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self.source = source or CHATML
        self._sandbox = Sandbox(self.source, is_cancelled, time_limit_s)
        self._time_limit_s = time_limit_s
        self._bos = bos
        self._eos = eos

    def render(self, messages: Messages, variables: Mapping[str, Any] = NOTHING) -> str | None:
        """Returns the prompt up to where the assistant's reply begins, None when cancelled. Raises TemplateFailed.

        ``variables`` are what the template may know besides the messages. ``tools`` is never among them: some templates
        take even None for a list of tools.

        A template that raises an error gets the messages once more: the system prompt as part of the first message
        of the person, neighbours of one role as one. So does one that leaves the system prompt out. One that took its
        time already gets no other chance.
        """
        failure: TemplateFailed | None = None
        incomplete: str | None = None
        deadline = time.monotonic() + self._time_limit_s
        for adapted in _adaptations(messages):
            try:
                rendered = self._render_once(adapted, variables)
            except TemplateFailed as error:
                failure = failure or error
                if time.monotonic() > deadline:
                    break
                continue
            if rendered is None or _system_text(adapted) in rendered:
                return rendered
            incomplete = incomplete or rendered
        if incomplete is not None:
            return incomplete
        raise failure or TemplateFailed(reason="no messages")

    def _render_once(self, messages: Messages, variables: Mapping[str, Any]) -> str | None:
        size = sum(len(message.content) + len(message.reasoning) for message in messages)
        values = {
            **variables,
            "messages": [_fields(message) for message in messages],
            "add_generation_prompt": True,
            "bos_token": self._bos,
            "eos_token": self._eos,
        }
        return self._sandbox.render(values, output_limit=4 * size + 256 * 1024)


def _fields(message: PromptMessage) -> dict[str, str]:
    """Returns a message as templates know it; whether earlier reasoning comes into the prompt is theirs to say."""
    fields = {"role": message.role, "content": message.content}
    return {**fields, "reasoning_content": message.reasoning} if message.reasoning else fields


def _adaptations(messages: Messages) -> Iterator[Messages]:
    """Gives the messages as they are, then every way to say the same with less."""
    seen: list[Messages] = []
    folded = system_folded(messages)
    for variant in (list(messages), folded, _neighbours_merged(messages), _neighbours_merged(folded)):
        if variant not in seen:
            seen.append(variant)
            yield variant


def _system_text(messages: Messages) -> str:
    """Returns the beginning of the system prompt as it has to be found in the rendered prompt."""
    text = next((message.content for message in messages if message.role == "system"), "").strip()
    return text.splitlines()[0].strip() if text else ""


def system_folded(messages: Messages) -> list[PromptMessage]:
    """Returns the messages with the system prompt as part of the person's first one."""
    system = "\n\n".join(message.content for message in messages if message.role == "system" and message.content)
    rest = [message for message in messages if message.role != "system"]
    if not system:
        return rest
    if rest and rest[0].role == "user":
        return [PromptMessage("user", f"{system}\n\n{rest[0].content}"), *rest[1:]]
    return [PromptMessage("user", system), *rest]


def _neighbours_merged(messages: Messages) -> list[PromptMessage]:
    merged: list[PromptMessage] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            merged[-1] = replace(message, content=f"{merged[-1].content}\n\n{message.content}")
        else:
            merged.append(message)
    return merged
