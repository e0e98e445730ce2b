"""What a real engine process makes of a model that reasons: events, time, continuing, switching, bounding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.conftest import asked, load
from tests.gguf_files import CHATML, write_llama, write_scripted

from app.domain.generation import (
    Finished,
    FinishReason,
    GenerationRequest,
    PromptMessage,
    ReasoningDelta,
    TextDelta,
)
from app.engine.client import EngineClient

OPENING = CHATML.replace("assistant\n'}}", "assistant\n<think>\n'}}")
SWITCH = CHATML.replace(
    "{{'<|im_start|>assistant\n'}}",
    "{{'<|im_start|>assistant\n'}}{% if enable_thinking is false %}{{'<think>\n\n</think>\n\n'}}{% endif %}",
)
MISTRAL = "{# [THINK] [/THINK] #}" + CHATML
HARMONY = "{# <|channel|>analysis<|message|> <|start|>assistant #}" + CHATML
CHANNELS = ("<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>", "<|call|>")


def heard(engine: EngineClient, request: GenerationRequest) -> tuple[str, str, Finished]:
    """Returns reasoning, answer and the end."""
    events = list(engine.generate(request))
    end = events[-1]
    assert isinstance(end, Finished)
    reasoning = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    return reasoning, "".join(event.text for event in events if isinstance(event, TextDelta)), end


def going_on(content: str, reasoning: str = "") -> GenerationRequest:
    request = asked("Hello", request_id="2")
    begun = PromptMessage("assistant", content, reasoning)
    return replace(request, messages=(*request.messages, begun), continue_last=True)


def test_reasoning_and_answer_come_apart(engine: EngineClient, tmp_path: Path) -> None:
    script = (b"<th", b"ink", b">", b" one", b" and", b" caf", b"\xc3", b"\xa9", b"</think", b"> ", b"Two", b" words")
    info = load(engine, write_scripted(tmp_path / "m.gguf", script, template="{# <think> #}" + CHATML))
    assert (info.can_think, info.can_switch_thinking, info.thinks_by_default) == (True, False, True)
    reasoning, answer, end = heard(engine, asked())
    assert (reasoning, answer) == ("one and café", "Two words")
    assert end.reason is FinishReason.STOP
    assert end.usage.completion_tokens == len(script)
    assert end.timings.reasoning_s > 0


def test_markers_that_are_control_tokens_are_seen_and_no_others_leak(engine: EngineClient, tmp_path: Path) -> None:
    script = (
        *(b"<|channel|>", b"analysis", b"<|message|>", b"Hm", b"<|end|>", b"<|start|>", b"assistant"),
        *(b"<|odd|>", b"!"),
    )
    path = write_scripted(tmp_path / "m.gguf", script, template=HARMONY, controls=(*CHANNELS, "<|odd|>"))
    load(engine, path)
    assert heard(engine, asked())[:2] == ("Hm", "!")


def test_a_model_without_reasoning_may_write_of_it(engine: EngineClient, tmp_path: Path) -> None:
    load(engine, write_scripted(tmp_path / "m.gguf", (b"<think>", b" is", b" a tag </think>")))
    assert heard(engine, asked())[:2] == ("", "<think> is a tag </think>")


def test_a_token_that_is_the_marker_is_enough(engine: EngineClient, tmp_path: Path) -> None:
    script = (b"[THINK]", b"Hm", b"[/THINK]", b"Two")
    load(engine, write_scripted(tmp_path / "m.gguf", script, controls=("[THINK]", "[/THINK]")))
    assert heard(engine, asked())[:2] == ("Hm", "Two")


def test_the_prompt_may_begin_the_reasoning(engine: EngineClient, tmp_path: Path) -> None:
    load(engine, write_scripted(tmp_path / "m.gguf", (b"Hm", b"</think>", b" Two"), template=OPENING))
    assert heard(engine, asked())[:2] == ("Hm", "Two")


@pytest.mark.parametrize(
    ("template", "script"), [(OPENING, ()), (MISTRAL, (b"[THINK]",)), ("{# <think> #}" + CHATML, (b"<think>",))]
)
def test_a_reply_that_was_cut_in_its_reasoning_goes_on_there(
    engine: EngineClient, tmp_path: Path, template: str, script: tuple[bytes, ...]
) -> None:
    end = b"[/THINK]" if b"[THINK]" in script else b"</think>"
    path = write_scripted(tmp_path / "m.gguf", (*script, b"1", b"2", end, b"3", b"4"), template=template)
    load(engine, path)
    reasoning, answer, cut = heard(engine, replace(asked(), max_tokens=len(script) + 1))
    assert (reasoning, answer, cut.reason) == ("1", "", FinishReason.LENGTH)
    reasoning, answer, whole = heard(engine, going_on("", reasoning))
    assert (reasoning, answer, whole.reason) == ("2", "34", FinishReason.STOP)
    assert heard(engine, going_on("3", "12"))[:2] == ("", "4")


def test_thinking_is_switched_where_the_template_knows_how(engine: EngineClient, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "m.gguf", (b"Two", b" words"), template=SWITCH)
    info = load(engine, path)
    assert (info.can_think, info.can_switch_thinking, info.thinks_by_default) == (True, True, True)
    default = heard(engine, asked())[2].usage.prompt_tokens
    assert heard(engine, replace(asked(), thinking=True))[2].usage.prompt_tokens == default
    reasoning, answer, end = heard(engine, replace(asked(), thinking=False))
    assert (reasoning, answer) == ("", "Two words")
    assert end.usage.prompt_tokens == default + len("<think>\n\n</think>\n\n")


@pytest.mark.parametrize("stop", [(), ("never",)])
def test_reasoning_over_its_budget_is_ended_and_the_answer_begun(
    engine: EngineClient, tmp_path: Path, stop: tuple[str, ...]
) -> None:
    thought = [f" {number}".encode() for number in range(30)]
    script = (b"[THINK]", *thought, b"[/THINK]", b"Two", b" words")
    path = write_scripted(tmp_path / "m.gguf", script, template=MISTRAL, controls=("[THINK]", "[/THINK]"))
    load(engine, path)
    reasoning, answer, end = heard(engine, replace(asked(stop=stop), thinking_budget=5))
    assert (reasoning, answer) == ("0 1 2 3", "Two words")
    assert (end.reason, end.usage.completion_tokens) == (FinishReason.STOP, 5 + 1 + 2)
    again = heard(engine, replace(asked(request_id="2", stop=stop), thinking_budget=1000))
    assert (again[0], again[1]) == (b"".join(thought).decode().strip(), "Two words")
    short = heard(engine, replace(asked(request_id="3", max_tokens=6), thinking_budget=5))
    assert (short[0], short[1], short[2].reason) == ("0 1 2 3", "", FinishReason.LENGTH)


def test_a_budget_cuts_no_character_and_no_answer(engine: EngineClient, tmp_path: Path) -> None:
    script = (b"[THINK]", b"caf", b"\xc3", b"\xa9", b" more", b"[/THINK]", b"na", b"\xc3\xaf", b"ve")
    path = write_scripted(tmp_path / "m.gguf", script, template=MISTRAL, controls=("[THINK]", "[/THINK]"))
    load(engine, path)
    assert heard(engine, replace(asked(), thinking_budget=3))[:2] == ("café", "naïve")
    assert heard(engine, replace(asked(), thinking_budget=8))[:2] == ("café more", "naïve")


def test_a_model_goes_on_after_reasoning_whose_end_ends_replies(engine: EngineClient, tmp_path: Path) -> None:
    solar = "{# <|think|> <|begin|>assistant<|content|> #}" + CHATML
    script = (b"<|think|>", b"Hm", b"<|end|>", b"<|begin|>", b"assistant", b"<|content|>", b"Two")
    controls = ("<|think|>", "<|end|>", "<|begin|>", "<|content|>")
    load(engine, write_scripted(tmp_path / "m.gguf", script, template=solar, controls=controls))
    assert heard(engine, asked())[:2] == ("Hm", "Two")


def test_earlier_reasoning_comes_to_the_template(engine: EngineClient, tmp_path: Path) -> None:
    keeping = CHATML.replace("message['content']", "message['reasoning_content'] ~ message['content']")
    for name, template, more in (("drop", CHATML, 0), ("keep", keeping, len("Hm."))):
        load(engine, write_llama(tmp_path / f"{name}.gguf", template=template))
        talk = (PromptMessage("user", "a"), PromptMessage("assistant", "b", "Hm."), PromptMessage("user", "c"))
        plain = (talk[0], replace(talk[1], reasoning=""), talk[2])
        with_it = heard(engine, replace(asked(max_tokens=1), messages=talk))[2].usage.prompt_tokens
        without = heard(engine, replace(asked(max_tokens=1), messages=plain))[2].usage.prompt_tokens
        assert with_it - without == more
