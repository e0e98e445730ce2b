"""What loads really took of memory, kept so that the next forecast for the same load is exact."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.domain.load_memory import DeviceUse, MeasuredMemory
from app.storage.database import Database
from app.storage.rows import storable


class MeasuredMemoryStore:
    """Measurements in one database. Raises as `Database` does.

    A load is named by the model file's name and size in bytes, and by a text that says how it was loaded.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, size: int, load: str) -> MeasuredMemory | None:
        """Returns what this load took, None where it is not known; what cannot be read is not known."""
        rows = self._database.rows(
            "SELECT measured FROM measured_memory WHERE name = ? AND bytes = ? AND load = ?",
            (storable(name), size, storable(load)),
        )
        try:
            return _measured(json.loads(rows[0][0])) if rows else None
        except (ValueError, TypeError, KeyError):
            return None

    def keep(self, name: str, size: int, load: str, measured: MeasuredMemory) -> None:
        """Keeps what a load took in place of what it took before; those of another file of this name are forgotten."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM measured_memory WHERE name = ? AND bytes <> ?", (storable(name), size))
            connection.execute(
                "INSERT INTO measured_memory (name, bytes, load, measured) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name, bytes, load) DO UPDATE SET measured = excluded.measured",
                (storable(name), size, storable(load), json.dumps(asdict(measured))),
            )


def _measured(found: dict[str, Any]) -> MeasuredMemory:
    uses = (
        DeviceUse(str(use["device"]), *(_bytes(use[part]) for part in ("weights", "cache", "compute")))
        for use in found["devices"]
    )
    return MeasuredMemory(tuple(uses), *(_bytes(found[name]) for name in ("process", "gpu_layers", "layers")))


def _bytes(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value
