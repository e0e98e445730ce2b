"""What a person set for one model alone: it goes before the general settings, option by option."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from app.storage.database import Database, microseconds
from app.storage.rows import storable
from app.storage.settings import Settings, is_valid


@dataclass(frozen=True)
class ModelSettings:
    """Each option as in `Settings`, with its type and range; None leaves it to the general settings."""

    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    n_threads: int | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    system_prompt: str | None = None

    def over(self, settings: Settings) -> Settings:
        """Returns the general settings with the options that are set here in their place."""
        return replace(settings, **self.chosen)

    @property
    def chosen(self) -> dict[str, Any]:
        """The options that are set, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_OPTIONS: Final = frozenset(entry.name for entry in fields(ModelSettings))


class ModelSettingsStore:
    """The settings of every model in one database, by the name of the model file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> ModelSettings:
        """Returns the settings of a model; a value that is not usable (another version's) counts as not set."""
        rows = self._database.rows("SELECT settings FROM model_settings WHERE name = ?", (storable(name),))
        return _read(rows[0][0]) if rows else ModelSettings()

    def change(self, name: str, **values: object) -> ModelSettings:
        """Sets some options of a model (None unsets one) and returns them all.

        Raises ValueError for a bad value, KeyError for an unknown option.
        """
        for option, value in values.items():
            if option not in _OPTIONS:
                raise KeyError(option)
            if value is not None and not is_valid(option, value):
                raise ValueError(f"{option} cannot be {value!r}")
        changed = replace(self.get(name), **values)  # type: ignore[arg-type]  # just checked
        self._save(name, changed)
        return changed

    def reset(self, name: str) -> ModelSettings:
        """Unsets every option of a model; returns what was set, for `restore`."""
        before = self.get(name)
        self._save(name, ModelSettings())
        return before

    def restore(self, name: str, settings: ModelSettings) -> None:
        """Sets exactly these options of a model, as `reset` returned them."""
        self._save(name, settings)

    def _save(self, name: str, settings: ModelSettings) -> None:
        chosen = settings.chosen
        if "system_prompt" in chosen:
            chosen["system_prompt"] = storable(chosen["system_prompt"])
        now = microseconds(datetime.now(UTC))
        with self._database.transaction() as connection:
            if chosen:
                connection.execute(
                    "INSERT INTO model_settings (name, settings, updated_at) VALUES (?, ?, ?) ON CONFLICT (name) "
                    "DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at",
                    (storable(name), json.dumps(chosen, ensure_ascii=False), now),
                )
            else:
                connection.execute("DELETE FROM model_settings WHERE name = ?", (storable(name),))


def _read(column: str) -> ModelSettings:
    try:
        found = json.loads(column)
    except (ValueError, RecursionError):
        return ModelSettings()
    if not isinstance(found, dict):
        return ModelSettings()
    return ModelSettings(**{name: value for name, value in found.items() if name in _OPTIONS and is_valid(name, value)})
