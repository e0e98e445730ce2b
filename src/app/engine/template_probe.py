"""Learns from a chat template, by rendering a short exchange, whether it works and what it knows of reasoning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.errors import TemplateFailed
from app.domain.generation import PromptMessage
from app.engine.chat_template import ChatTemplate
from app.engine.reasoning import Markers, opened_by, shown_in

EXCHANGE: Final = (
    PromptMessage("system", "Be brief."),
    PromptMessage("user", "What is one and one?"),
    PromptMessage("assistant", "Two."),
    PromptMessage("user", "And one more?"),
)

#: The names by which templates know the switch, each with its values for on and off.
_SWITCHES: Final[tuple[tuple[str, Any, Any], ...]] = (
    ("enable_thinking", True, False),
    ("thinking", True, False),
    ("thinking_mode", "enabled", "disabled"),
    ("thinking_option", "on", "off"),
    ("thinking_budget", -1, 0),
    ("reasoning", True, False),
)
_EFFORT: Final = "reasoning_effort"
_EFFORT_ON: Final = "high"
_EFFORTS_OFF: Final = ("no_think", "none", "minimal", "low")


@dataclass(frozen=True)
class TemplateTraits:
    """What a template is good for. ``problem`` is why it cannot be used, "" where it can.

    ``on`` and ``off`` are the variables that switch reasoning; both are empty where it cannot be switched.
    ``has_budget``: it tells the model how many tokens it may think. ``folds_system``: it heeds the switch only where
    there is no system message.
    """

    problem: str = ""
    markers: tuple[Markers, ...] = ()
    on: Mapping[str, Any] = field(default_factory=dict)
    off: Mapping[str, Any] = field(default_factory=dict)
    thinks_by_default: bool = False
    has_budget: bool = False
    folds_system: bool = False

    @property
    def can_switch(self) -> bool:
        """Whether reasoning can be switched on and off."""
        return self.on != self.off


def probe(template: ChatTemplate) -> TemplateTraits | None:
    """Returns what ``template`` is good for; None when cancelled."""
    try:
        default = template.render(EXCHANGE)
    except TemplateFailed as error:
        return TemplateTraits(problem=str(error.values["reason"]))
    if default is None:
        return None
    missing = [message for message in EXCHANGE if message.content not in default]
    if missing:
        return TemplateTraits(problem=f"it leaves out the message of the {missing[0].role}")
    return _reasoning_of(template, default)


def _reasoning_of(template: ChatTemplate, default: str) -> TemplateTraits:
    named = [switch for switch in _SWITCHES if re.search(rf"\b{switch[0]}\b", template.source)]
    on, off = {name: value for name, value, _ in named}, {name: value for name, _, value in named}
    thinking, silent = (_rendered(template, on), _rendered(template, off)) if named else (default, default)
    folds_system = bool(named) and thinking == silent
    if folds_system:
        default = _rendered(template, {}, EXCHANGE[1:]) or default
        thinking, silent = _rendered(template, on, EXCHANGE[1:]), _rendered(template, off, EXCHANGE[1:])
    if thinking == silent and re.search(rf"\b{_EFFORT}\b", template.source):
        on, off, folds_system = {_EFFORT: _EFFORT_ON}, _silencing_effort(template), False
        thinking, silent = _rendered(template, on), _rendered(template, off)
    markers = shown_in("\n".join((template.source, default, thinking or "", silent or "")))
    if not markers:
        return TemplateTraits()
    if thinking is None or silent is None or thinking == silent:
        return TemplateTraits(markers=markers, thinks_by_default=True)
    is_silent = default == silent and not opened_by(default, markers)
    return TemplateTraits("", markers, on, off, not is_silent, "thinking_budget" in on, folds_system)


def _silencing_effort(template: ChatTemplate) -> dict[str, str]:
    """Returns the effort at which the template itself ends the reasoning; at none of them: that of thinking."""
    plain = _rendered(template, {_EFFORT: _EFFORT_ON}) or ""
    for effort in _EFFORTS_OFF:
        rendered = _rendered(template, {_EFFORT: effort})
        families = shown_in(f"{template.source}\n{rendered}") if rendered else ()
        if rendered and any(_ends_reasoning(rendered, family, plain) for family in families):
            return {_EFFORT: effort}
    return {_EFFORT: _EFFORT_ON}


def _ends_reasoning(rendered: str, family: Markers, thinking: str) -> bool:
    """Whether the end of a prompt holds reasoning of no length, which that of ``thinking`` does not."""
    empty = f"{family.start.strip()}{family.end}"
    tail = rendered.rpartition(EXCHANGE[-1].content)[2]
    return empty in tail and empty not in thinking.rpartition(EXCHANGE[-1].content)[2]


def _rendered(
    template: ChatTemplate, variables: Mapping[str, Any], messages: Sequence[PromptMessage] = EXCHANGE
) -> str | None:
    try:
        return template.render(messages, variables)
    except TemplateFailed:
        return None
