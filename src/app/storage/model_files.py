"""The model files that a person imported, and which model file was used last."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain.errors import ModelNotFound
from app.storage.database import Database, microseconds
from app.storage.rows import storable


@dataclass(frozen=True)
class StoredModelFile:
    """A model file as it was imported or hidden: where it is, under which name, its source, whether it is listed."""

    name: str
    path: Path
    source: str
    is_forgotten: bool = False


class ModelFileStore:
    """The imported model files of one database; forgetting one can be undone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[StoredModelFile]:
        """Returns the model files that are not forgotten, in the order of their import."""
        return self._select("forgotten_at IS NULL")

    def everything(self) -> builtins.list[StoredModelFile]:
        """Returns the forgotten model files too, in the order of their import."""
        return self._select("TRUE")

    def names(self) -> set[str]:
        """Returns every name that is taken, those of forgotten model files too."""
        return {row[0] for row in self._database.rows("SELECT name FROM model_files")}

    def at(self, path: Path) -> StoredModelFile | None:
        """Returns the entry of a path, a forgotten one too."""
        found = self._select("path = ?", storable(str(path)))
        return found[0] if found else None

    def add(self, name: str, path: Path, source: str) -> StoredModelFile:
        """Adds a model file, or brings a forgotten one with this path back under its old name."""
        now = microseconds(datetime.now(UTC))
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO model_files (name, path, source, added_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (path) DO UPDATE SET forgotten_at = NULL",
                (storable(name), storable(str(path)), source, now),
            )
        return self._select("path = ?", storable(str(path)))[0]

    def hide(self, name: str, path: Path, source: str) -> StoredModelFile:
        """Notes that a model file which is found without being imported is not to be listed; `restore` undoes it."""
        now = microseconds(datetime.now(UTC))
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO model_files (name, path, source, added_at, forgotten_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (path) DO UPDATE SET forgotten_at = excluded.forgotten_at",
                (storable(name), storable(str(path)), source, now, now),
            )
        return self._select("path = ?", storable(str(path)))[0]

    def move(self, path: Path, to: Path, source: str) -> None:
        """Notes that the model file at ``path`` is at ``to`` now, under its old name."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE model_files SET path = ?, source = ?, forgotten_at = NULL WHERE path = ?",
                (storable(str(to)), source, storable(str(path))),
            )

    def forget(self, name: str) -> None:
        """Takes a model file out of the list; the file itself stays. Raises ModelNotFound."""
        self._mark(name, microseconds(datetime.now(UTC)))

    def restore(self, name: str) -> None:
        """Brings a forgotten model file back. Raises ModelNotFound."""
        self._mark(name, None)

    def remember_use(self, name: str) -> None:
        """Notes that the model file ``name`` is used now."""
        now = microseconds(datetime.now(UTC))
        with self._database.transaction(is_durable=False) as connection:
            connection.execute(
                "INSERT INTO model_uses (name, used_at) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET used_at = max(used_at + 1, excluded.used_at)",
                (storable(name), now),
            )

    def last_used(self) -> str | None:
        """Returns the name of the model file that was used last, None where none was."""
        rows = self._database.rows("SELECT name FROM model_uses ORDER BY used_at DESC LIMIT 1")
        return rows[0][0] if rows else None

    def _select(self, condition: str, *values: object) -> builtins.list[StoredModelFile]:
        rows = self._database.rows(
            f"SELECT name, path, source, forgotten_at FROM model_files WHERE {condition} ORDER BY seq", values
        )
        return [StoredModelFile(name, Path(path), source, at is not None) for name, path, source, at in rows]

    def _mark(self, name: str, forgotten_at: int | None) -> None:
        with self._database.transaction() as connection:
            done = connection.execute(
                "UPDATE model_files SET forgotten_at = ? WHERE name = ?", (forgotten_at, storable(name))
            )
            if done.rowcount == 0:
                raise ModelNotFound(name=name)
