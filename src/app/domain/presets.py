"""What a person keeps to use again: presets (how a conversation is answered) and snippets (what a message begins with).

Database, file and command line all read them here, so that a value is good everywhere or nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from app.domain.generation import ContextPolicy, SamplingParameters, ThinkingChoice
from app.domain.sampling import sampling_from

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 100_000
"""The longest system prompt or snippet that is kept, in characters."""

MOST_KEPT: Final = 1_000
"""How many presets one file may hold, and how many snippets."""

LARGEST_BUDGET: Final = 1_000_000
MOST_PINNED: Final = 100


@dataclass(frozen=True)
class Choices:
    """How one conversation is answered; None is what its model and the settings say."""

    system_prompt: str = ""
    sampling: SamplingParameters | None = None
    thinking: ThinkingChoice = field(default_factory=ThinkingChoice)
    policy: ContextPolicy | None = None
    pinned: int | None = None


@dataclass(frozen=True)
class Preset:
    """Choices under a name. What is None, and an empty ``model`` (a model file's name), stays as it is."""

    id: str
    name: str
    system_prompt: str = ""
    sampling: SamplingParameters | None = None
    model: str = ""
    thinking: ThinkingChoice | None = None
    policy: ContextPolicy | None = None
    pinned: int | None = None

    def applied_to(self, choices: Choices) -> Choices:
        """Returns ``choices`` with all that this preset says."""
        said = {name: getattr(self, name) for name in ("sampling", "thinking", "policy", "pinned")}
        said = {name: value for name, value in said.items() if value is not None}
        return replace(choices, system_prompt=self.system_prompt, **said)


@dataclass(frozen=True)
class Snippet:
    """A text that is put into the message box by its name; ``{{cursor}}`` and ``{{clipboard}}`` are filled in."""

    id: str
    name: str
    text: str


def values_of(entry: Preset | Snippet) -> dict[str, Any]:
    """Returns what `preset_from` or `snippet_from` reads again, without the id, as JSON can carry it."""
    return {name: value for name, value in asdict(entry).items() if name != "id" and value not in (None, "")}


def preset_from(identity: str, values: Mapping[str, Any]) -> Preset | None:
    """Reads what was stored as JSON; None without a good name and system prompt, any other bad value is left out."""
    name, prompt, model = (_text(values.get(key, "")) for key in ("name", "system_prompt", "model"))
    if not name or not is_name(name) or prompt is None:
        return None
    sampling, policy, pinned = values.get("sampling"), values.get("policy"), values.get("pinned")
    return Preset(
        identity,
        name.strip(),
        prompt,
        sampling_from(sampling) if isinstance(sampling, dict) else None,
        model or "",
        _thinking(values.get("thinking")),
        ContextPolicy(policy) if policy in list(ContextPolicy) else None,
        pinned if type(pinned) is int and 0 <= pinned <= MOST_PINNED else None,
    )


def snippet_from(identity: str, values: Mapping[str, Any]) -> Snippet | None:
    """Reads what was stored as JSON; None without a good name and text."""
    name, text = _text(values.get("name")), _text(values.get("text"))
    return Snippet(identity, name.strip(), text) if name and text and is_name(name) else None


def is_name(name: str) -> bool:
    """Tells whether a preset or a snippet can have this name: one line, not blank, not too long."""
    return 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _thinking(value: object) -> ThinkingChoice | None:
    match value:
        case {"is_on": bool() | None as is_on, "budget": int() as budget} if 0 <= budget <= LARGEST_BUDGET:
            return ThinkingChoice(is_on, int(budget))
    return None
