"""Which presets there are: those that a person kept, and a few that come with the program in the person's language."""

from __future__ import annotations

from typing import Final

from app import i18n
from app.domain.errors import PresetNotFound
from app.domain.presets import Preset
from app.storage.presets import PresetStore

BUILT_IN: Final = ("translator", "proofreader", "summariser", "code_reviewer")
_MARK: Final = "built-in:"


def is_built_in(preset: Preset) -> bool:
    """Tells whether a preset came with the program."""
    return preset.id.startswith(_MARK)


def built_in_presets() -> list[Preset]:
    """Returns those that come with the program: a system prompt, all else stays as it is."""
    return [Preset(_MARK + key, i18n.text(f"built_in.{key}"), i18n.text(f"built_in_prompt.{key}")) for key in BUILT_IN]


def shown_presets(store: PresetStore) -> list[Preset]:
    """Returns a person's own presets by name, then the built-in ones that are not hidden."""
    hidden = store.hidden()
    return [*store.presets(), *(preset for preset in built_in_presets() if preset.id not in hidden)]


def named_preset(store: PresetStore, name: str) -> Preset:
    """Returns the preset of this name, in small or capital letters; a person's own comes before a built-in one.

    A built-in one is also known by its English key, for example ``code_reviewer``. Raises PresetNotFound.
    """
    wanted = name.strip().casefold()
    known = [*store.presets(), *built_in_presets()]
    for preset in known:
        if wanted == preset.name.casefold() or _MARK + wanted == preset.id:
            return preset
    raise PresetNotFound(name=name, names=", ".join(preset.name for preset in known))
