"""The prompt is what the model's template makes of the messages, also where it cannot take all of them."""

from __future__ import annotations

import pytest

from app.domain.errors import TemplateFailed
from app.domain.generation import PromptMessage
from app.engine.chat_template import ChatTemplate

SYSTEM, USER, ASSISTANT = (
    PromptMessage("system", "Be kind."),
    PromptMessage("user", "Hi"),
    PromptMessage("assistant", "Hello"),
)
PLAIN = "{% for message in messages %}[{{ message.role }}:{{ message.content }}]{% endfor %}"
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + PLAIN
SILENT = "{% for message in messages if message.role != 'system' %}[{{ message.content }}]{% endfor %}"
ALTERNATING = (
    "{% for message in messages %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('must alternate') }}{% endif %}[{{ message.content }}]{% endfor %}"
)


def render(source: str | None, *messages: PromptMessage) -> str | None:
    return ChatTemplate(source, "<s>", "</s>").render(messages)


def test_without_a_template_it_is_chatml() -> None:
    assert render(None, SYSTEM, USER) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_template_gets_the_tokens_and_the_prompt_flag() -> None:
    source = "{{ bos_token }}{{ eos_token }}{% if add_generation_prompt %}>{% endif %}"
    assert render(source, USER) == "<s></s>>"


def test_a_refused_system_prompt_goes_into_the_first_message() -> None:
    assert render(NO_SYSTEM, SYSTEM, USER) == "[user:Be kind.\n\nHi]"


def test_an_ignored_system_prompt_goes_into_the_first_message() -> None:
    assert render(SILENT, SYSTEM, USER) == "[Be kind.\n\nHi]"


def test_a_system_prompt_that_is_taken_stays_where_it_is() -> None:
    assert render(PLAIN, SYSTEM, USER) == "[system:Be kind.][user:Hi]"


def test_neighbours_of_one_role_become_one() -> None:
    assert render(ALTERNATING, USER, USER, ASSISTANT, USER) == "[Hi\n\nHi][Hello][Hi]"


def test_both_at_once() -> None:
    assert render(ALTERNATING, SYSTEM, USER, USER) == "[Be kind.\n\nHi\n\nHi]"


def test_the_first_reason_is_told_when_nothing_helps() -> None:
    with pytest.raises(TemplateFailed, match="never") as raised:
        render("{{ raise_exception('never ' ~ messages | length) }}", SYSTEM, USER)
    assert raised.value.values["reason"] == "never 2"
