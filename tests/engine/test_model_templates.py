"""Every template of llama.cpp's collection renders a whole exchange, adapted where needed, or ChatML stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from app.domain.generation import PromptMessage
from app.engine.chat_template import CHATML, ChatTemplate
from app.engine.reasoning import opened_by
from app.engine.template_probe import EXCHANGE, TemplateTraits, probe

FOLDER: Final = Path(__file__).parents[1] / "data" / "chat_templates"
FILES: Final = sorted(FOLDER.glob("*.jinja"))
HOPELESS: Final = {"fireworks-ai-llama-3-firefunction-v2": "'functions' is undefined"}
FOLDED: Final = {"google-gemma-2-2b-it"}
SYSTEM_LAST: Final = {"mistralai-Mistral-Nemo-Instruct-2407"}
"""Puts the system prompt before the person's last message, as its model was trained."""

PLAIN: Final = {
    "CohereForAI-c4ai-command-r-plus-tool_use",
    "GigaChat3-10B-A1.8B",
    "GigaChat3.1-10B-A1.8B",
    "Kimi-K2-Instruct",
    "LFM2-8B-A1B",
    "MiMo-VL",
    "MiniMax-M1",
    "Mistral-Small-3.2-24B-Instruct-2506",
    "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use",
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use",
    "Qwen-Qwen2.5-7B-Instruct",
    "Qwen3-Coder",
    "google-gemma-2-2b-it",
    "ibm-granite-granite-4.0",
    "ibm-granite-granite-4.1",
    "meetkai-functionary-medium-v3.1",
    "meetkai-functionary-medium-v3.2",
    "meta-llama-Llama-3.1-8B-Instruct",
    "meta-llama-Llama-3.2-3B-Instruct",
    "meta-llama-Llama-3.3-70B-Instruct",
    "microsoft-Phi-3.5-mini-instruct",
    "mistralai-Mistral-Nemo-Instruct-2407",
    "moonshotai-Kimi-K2",
    "unsloth-mistral-Devstral-Small-2507",
}
"""Know no reasoning."""

NO_SWITCH: Final = {
    "Apriel-1.6-15b-Thinker-fixed",
    "Kimi-K2-Thinking",
    "LFM2.5-8B-A1B",
    "LFM2.5-Instruct",
    "MiniMax-M2",
    "NVIDIA-Nemotron-Nano-v2",
    "StepFun3.5-Flash",
    "deepseek-ai-DeepSeek-R1-Distill-Llama-8B",
    "llama-cpp-deepseek-r1",
    "mistralai-Ministral-3-14B-Reasoning-2512",
    "muse-glimmer",
    "openai-gpt-oss-120b",
    "unsloth-Apriel-1.5",
}
"""Know reasoning, but no way to switch it off."""

STARTS: Final = {
    "Apertus-8B-Instruct": "<|inner_prefix|>",
    "ByteDance-Seed-OSS": "<seed:think>",
    "Cohere2MoE": "<|START_THINKING|>",
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use": "<|START_THINKING|>",
    "Kimi-K3": "<|open|>think<|sep|>",
    "MiniMax-M3": "<mm:think>",
    "google-gemma-4-31B-it": "<|channel>thought",
    "google-gemma-4-31B-it-interleaved": "<|channel>thought",
    "mistralai-Ministral-3-14B-Reasoning-2512": "[THINK]",
    "muse-glimmer": " to=self<|message|>",
    "openai-gpt-oss-120b": "<|channel|>analysis<|message|>",
    "tencent-Hy3": "<think:opensource>",
    "upstage-Solar-Open-100B": "<|think|>",
    "Apriel-1.6-15b-Thinker-fixed": "Here are my reasoning steps:",
    "unsloth-Apriel-1.5": "Here are my reasoning steps:",
}
"""What reasoning begins with where it is not <think>."""

every_template = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def template_of(path: Path) -> ChatTemplate:
    return ChatTemplate(path.read_text(encoding="utf-8"), "<s>", "</s>")


def traits_of(path: Path) -> TemplateTraits:
    traits = probe(template_of(path))
    assert traits is not None
    return traits


def test_the_collection_is_whole() -> None:
    assert len(FILES) == 70


@every_template
def test_a_whole_exchange_is_rendered_or_chatml_stands_in(path: Path) -> None:
    problem = HOPELESS.get(path.stem, "")
    assert traits_of(path).problem == problem
    template = template_of(path) if not problem else ChatTemplate(None, "<s>", "</s>")
    assert (template.source == CHATML) == bool(problem)
    rendered = template.render(EXCHANGE)
    assert rendered is not None
    system, *talk = [rendered.index(message.content) for message in EXCHANGE]
    assert talk == sorted(talk)
    assert (system > talk[1]) if path.stem in SYSTEM_LAST else (system < talk[0])
    assert (f"{EXCHANGE[0].content}\n\n{EXCHANGE[1].content}" in rendered) == (path.stem in FOLDED)


@every_template
def test_what_a_template_knows_of_reasoning_is_found(path: Path) -> None:
    traits = traits_of(path)
    starts = {family.start for family in traits.markers}
    if path.stem in PLAIN or path.stem in HOPELESS:
        assert starts == set()
    else:
        assert STARTS.get(path.stem, "<think>") in starts
    assert traits.can_switch == (path.stem not in PLAIN | NO_SWITCH | HOPELESS.keys())


@every_template
def test_a_prompt_that_begins_reasoning_does_so_only_when_it_is_on(path: Path) -> None:
    template, traits = template_of(path), traits_of(path)
    if not traits.can_switch:
        return
    on, off = template.render(EXCHANGE, traits.on), template.render(EXCHANGE, traits.off)
    assert on is not None
    assert off is not None
    assert (on != off) or traits.folds_system
    assert opened_by(off, traits.markers) is None


@pytest.mark.parametrize(
    ("name", "thinks"),
    [
        ("Qwen-Qwen3-0.6B", True),
        ("GLM-4.6", True),
        ("google-gemma-4-31B-it", False),
        ("deepseek-ai-DeepSeek-V3.1", False),
    ],
)
def test_whether_a_model_thinks_unasked_is_its_template_s_to_say(name: str, thinks: bool) -> None:
    assert traits_of(FOLDER / f"{name}.jinja").thinks_by_default is thinks


def test_earlier_reasoning_is_sent_back_only_where_the_template_says_so() -> None:
    thought = (EXCHANGE[1], PromptMessage("assistant", "Two.", "One, then another one."), EXCHANGE[3])
    sent = {
        path.stem
        for path in FILES
        if path.stem not in HOPELESS and "One, then another" in (template_of(path).render(thought) or "")
    }
    assert "MiniMax-M3" in sent
    assert not sent & {"Qwen-Qwen3-0.6B", "GLM-4.6", "openai-gpt-oss-120b", "deepseek-ai-DeepSeek-V3.1", "Qwen3.5-4B"}


def test_strict_turns_are_kept_where_a_template_insists() -> None:
    twice = (PromptMessage("user", "One."), PromptMessage("user", "Two."))
    rendered = template_of(FOLDER / "google-gemma-2-2b-it.jinja").render(twice)
    assert rendered is not None
    assert "One.\n\nTwo." in rendered
