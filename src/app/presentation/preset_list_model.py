"""The presets as rows: a person's own first, filtered by what is typed into the search field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.presets import Preset
from app.presentation.qml_property import Property
from app.presentation.quantities import model_name
from app.presentation.rows import Rows
from app.services.presets import is_built_in

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

MANY: Final = 8
"""More than these are searched."""


@QmlElement
@QmlUncreatable("made by the program")
class PresetListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are presets; one may be the current one."""

    count_changed = Signal()
    query_changed = Signal()

    ROLES = ("name", "presetId", "detail", "isBuiltIn", "isCurrent")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Preset] = []
        self._rows: list[Preset] = []
        self._query = ""
        self._current = ""

    def show(self, presets: Sequence[Preset]) -> None:
        """Shows these presets, as far as they fit what is searched."""
        self._all = list(presets)
        self._filter()

    def mark(self, preset_id: str) -> None:
        """Shows which preset is the current one, "" for none."""
        if preset_id != self._current:
            self._current = preset_id
            self.touch()

    @property
    def presets(self) -> Sequence[Preset]:
        """All presets, whatever is searched."""
        return self._all

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    @Property(bool, notify=count_changed)
    def isLong(self) -> bool:
        return len(self._all) > MANY

    def _get_query(self) -> str:
        return self._query

    def _set_query(self, query: str) -> None:
        if query != self._query:
            self._query = query
            self.query_changed.emit()
            self._filter()

    query = Property(str, _get_query, _set_query, notify=query_changed)

    def value(self, row: Preset, role: str) -> Any:
        match role:
            case "presetId":
                return row.id
            case "name":
                return row.name
            case "detail":
                return detail_of(row)
            case "isBuiltIn":
                return is_built_in(row)
            case _:
                return row.id == self._current

    def _filter(self) -> None:
        words = self._query.casefold().split()
        self.replace_rows([preset for preset in self._all if _has(preset, words)])


def detail_of(preset: Preset) -> str:
    """Returns what a preset is about in one short line."""
    parts = [i18n.text("presets.built_in")] if is_built_in(preset) else []
    if preset.model:
        parts.append(model_name(preset.model))
    first = preset.system_prompt.strip().split("\n", 1)[0][:200]
    return " · ".join([*parts, first or i18n.text("presets.no_prompt")])


def _has(preset: Preset, words: Sequence[str]) -> bool:
    text = f"{preset.name} {preset.system_prompt} {model_name(preset.model)}".casefold()
    return all(word in text for word in words)
