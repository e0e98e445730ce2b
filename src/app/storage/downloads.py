"""The queue of downloads on disk: it is there again after any end of the program."""

from __future__ import annotations

import builtins
import json
from dataclasses import asdict
from typing import Any

from app.domain.downloads import Download, DownloadState
from app.domain.errors import ErrorReport
from app.domain.hub import HubFile
from app.storage.database import Database
from app.storage.rows import storable

_COLUMNS = "id, repository, variant, commit_id, files, place, has_projector, state, error"


class DownloadStore:
    """The downloads of one database, in their order. Every method raises as `Database` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[Download]:
        """Returns all of them, the next one first."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM downloads ORDER BY position, seq")
        return [_download(row) for row in rows]

    def get(self, download_id: str) -> Download | None:
        """Returns one, None where it is done or was cancelled."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM downloads WHERE id = ?", (download_id,))
        return _download(rows[0]) if rows else None

    def add(self, download: Download) -> Download:
        """Puts a download last, or queues the same one that is there already; returns what is in the queue now."""
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO downloads ({_COLUMNS}, position) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM downloads)) "
                "ON CONFLICT (repository, variant, place) DO UPDATE SET commit_id = excluded.commit_id, "
                "files = excluded.files, has_projector = excluded.has_projector, state = excluded.state, error = NULL",
                _values(download),
            )
        same = (entry for entry in self.list() if entry.name == download.name and entry.place == download.place)
        return next(same)

    def change(self, download: Download) -> None:
        """Keeps the commit, the files, the state and the error of a download; nothing where it is gone."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE downloads SET commit_id = ?, files = ?, has_projector = ?, state = ?, error = ? WHERE id = ?",
                (
                    download.commit,
                    _files_text(download),
                    download.has_projector,
                    download.state.value,
                    _error_text(download),
                    download.id,
                ),
            )

    def remove(self, download_id: str) -> None:
        """Takes a download out of the queue."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM downloads WHERE id = ?", (download_id,))

    def reorder(self, ids: builtins.list[str]) -> None:
        """Gives the downloads the order of ``ids``."""
        with self._database.transaction() as connection:
            connection.executemany("UPDATE downloads SET position = ? WHERE id = ?", list(enumerate(ids, 1)))


def _values(download: Download) -> tuple[object, ...]:
    return (
        download.id,
        storable(download.repository),
        storable(download.variant),
        download.commit,
        _files_text(download),
        storable(download.place),
        download.has_projector,
        download.state.value,
        _error_text(download),
    )


def _files_text(download: Download) -> str:
    return json.dumps([asdict(file) for file in download.files])


def _error_text(download: Download) -> str | None:
    return json.dumps(asdict(download.error)) if download.error else None


def _download(row: tuple[Any, ...]) -> Download:
    key, repository, variant, commit, files, place, has_projector, state, error = row
    return Download(
        key,
        repository,
        variant,
        commit,
        tuple(HubFile(**file) for file in json.loads(files)),
        place,
        bool(has_projector),
        DownloadState(state),
        ErrorReport(**json.loads(error)) if error else None,
    )
