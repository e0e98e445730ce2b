"""What a person set for one model: how it is loaded, and how a new conversation with it begins."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.domain.generation import SamplingParameters
from app.domain.load_options import AUTOMATIC, LoadOptions, options_from
from app.domain.sampling import sampling_from
from app.storage.database import Database
from app.storage.rows import storable
from app.storage.settings import is_valid

GENERAL_LAYERS: Final = -2
"""Stands for the general setting, as −1 means as many layers as fit."""


@dataclass(frozen=True)
class ModelSettings:
    """What differs from the general settings.

    0 for ``n_ctx`` (tokens), −2 for ``n_gpu_layers``, an empty ``system_prompt`` and no ``sampling`` mean: as the
    general settings have it. ``options`` are those of this model alone.
    """

    n_ctx: int = 0
    n_gpu_layers: int = GENERAL_LAYERS
    system_prompt: str = ""
    sampling: SamplingParameters | None = None
    options: LoadOptions = AUTOMATIC


class ModelSettingsStore:
    """The settings of models in one database, by the name of the model file. Raises as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> ModelSettings:
        """Returns what was set for a model; a value that cannot be is as if it was not set."""
        rows = self._database.rows("SELECT settings FROM model_settings WHERE name = ?", (storable(name),))
        try:
            found = json.loads(rows[0][0]) if rows else {}
        except ValueError:
            found = {}
        return _checked(found) if isinstance(found, dict) else ModelSettings()

    def keep(self, name: str, settings: ModelSettings) -> None:
        """Keeps what was set for a model."""
        with self._database.transaction() as connection:
            if settings == ModelSettings():
                connection.execute("DELETE FROM model_settings WHERE name = ?", (storable(name),))
                return
            connection.execute(
                "INSERT INTO model_settings (name, settings) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET settings = excluded.settings",
                (storable(name), json.dumps(asdict(settings))),
            )


def _checked(found: dict[str, Any]) -> ModelSettings:
    values = {name: found[name] for name in ("n_ctx", "n_gpu_layers", "system_prompt") if _is_good(name, found)}
    sampling = found.get("sampling")
    return ModelSettings(
        **values,
        sampling=sampling_from(sampling) if isinstance(sampling, dict) else None,
        options=options_from(found.get("options")),
    )


def _is_good(name: str, found: dict[str, Any]) -> bool:
    return name in found and is_valid(name, found[name])
