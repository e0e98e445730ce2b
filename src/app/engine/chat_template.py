"""Turns messages into a prompt with the model's own chat template, and adapts them to what a template cannot take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from app.domain.errors import TemplateFailed
from app.domain.generation import PromptMessage
from app.engine.template_sandbox import TIME_LIMIT_S, Sandbox

CHATML: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CHATML_END: Final = "<|im_end|>"

Messages = Sequence[PromptMessage]


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
        self._sandbox = Sandbox(source or CHATML, is_cancelled, time_limit_s)
        self._bos = bos
        self._eos = eos

    def render(self, messages: Messages) -> str | None:
        """Returns the prompt up to where the assistant's reply begins, None when cancelled. Raises TemplateFailed.

        A template that raises an error gets the messages once more: the system prompt as part of the first message
        of the person, neighbours of one role as one. So does one that leaves the system prompt out.
        """
        failure: TemplateFailed | None = None
        incomplete: str | None = None
        for adapted in _adaptations(messages):
            try:
                rendered = self._render_once(adapted)
            except TemplateFailed as error:
                failure = failure or error
                continue
            if rendered is None or _system_text(adapted) in rendered:
                return rendered
            incomplete = incomplete or rendered
        if incomplete is not None:
            return incomplete
        raise failure or TemplateFailed(reason="no messages")

    def _render_once(self, messages: Messages) -> str | None:
        size = sum(len(message.content) for message in messages)
        values = {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "add_generation_prompt": True,
            "bos_token": self._bos,
            "eos_token": self._eos,
        }
        return self._sandbox.render(values, output_limit=4 * size + 256 * 1024)


def _adaptations(messages: Messages) -> Iterator[Messages]:
    """Gives the messages as they are, then every way to say the same with less."""
    seen: list[Messages] = []
    folded = _system_folded(messages)
    for variant in (list(messages), folded, _neighbours_merged(messages), _neighbours_merged(folded)):
        if variant not in seen:
            seen.append(variant)
            yield variant


def _system_text(messages: Messages) -> str:
    """Returns the beginning of the system prompt as it has to be found in the rendered prompt."""
    text = next((message.content for message in messages if message.role == "system"), "").strip()
    return text.splitlines()[0].strip() if text else ""


def _system_folded(messages: Messages) -> list[PromptMessage]:
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
            merged[-1] = PromptMessage(message.role, f"{merged[-1].content}\n\n{message.content}")
        else:
            merged.append(message)
    return merged
