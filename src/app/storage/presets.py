"""The presets and snippets of one database: small enough that they are always read whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from app.domain.presets import Preset, Snippet, preset_from, snippet_from, values_of
from app.storage.database import Database
from app.storage.rows import storable

Entry = TypeVar("Entry", Preset, Snippet)


class PresetStore:
    """Keeps them by their ids; those that cannot be read are as if they were not there. Raises as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def presets(self) -> list[Preset]:
        """Returns what a person kept, by name."""
        found = (preset_from(identity, values) for identity, values in self._read("SELECT id, preset FROM presets"))
        return _sorted(entry for entry in found if entry is not None)

    def snippets(self) -> list[Snippet]:
        """Returns every snippet, by name."""
        found = (snippet_from(identity, values) for identity, values in self._read("SELECT id, snippet FROM snippets"))
        return _sorted(entry for entry in found if entry is not None)

    def keep(self, *entries: Preset | Snippet) -> None:
        """Keeps them, all or none, each in place of the one with its id."""
        with self._database.transaction() as connection:
            for entry in entries:
                _keep(connection, entry)

    def delete(self, identity: str) -> None:
        """Forgets the preset or snippet with this id, if there is one."""
        with self._database.transaction() as connection:
            for table in ("presets", "snippets"):
                connection.execute(f"DELETE FROM {table} WHERE id = ?", (identity,))

    def hidden(self) -> frozenset[str]:
        """Returns the ids of the built-in presets that are not to be shown."""
        return frozenset(row[0] for row in self._database.rows("SELECT id FROM hidden_presets"))

    def set_hidden(self, identities: Iterable[str]) -> None:
        """Shows every built-in preset but these."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM hidden_presets")
            rows = [(identity,) for identity in identities]
            connection.executemany("INSERT INTO hidden_presets (id) VALUES (?)", rows)

    def _read(self, sql: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for identity, column in self._database.rows(sql):
            try:
                values = json.loads(column)
            except (ValueError, RecursionError):
                continue
            if isinstance(values, dict):
                yield identity, values


def _keep(connection: sqlite3.Connection, entry: Preset | Snippet) -> None:
    table = "presets" if isinstance(entry, Preset) else "snippets"
    connection.execute(
        f"INSERT OR REPLACE INTO {table} VALUES (?, ?)",
        (entry.id, json.dumps(_storable(values_of(entry)), ensure_ascii=False)),
    )


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.id))
