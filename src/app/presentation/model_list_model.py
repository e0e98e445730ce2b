"""The library as rows: every model file that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    Signal,
)
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.language_model import ModelFile
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text, count_text, model_name

if TYPE_CHECKING:
    from app.library.library import MissingModel

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = (
    "name", "detail", "isCurrent", "path", "sizeText", "source", "canRemove", "title", "problem", "sameAs", "fit",
    "canMove",
)  # fmt: skip


def detail_of(model_file: ModelFile) -> str:
    """Returns what a person wants to know of a model file in one short line."""
    parts = [count_text(model_file.parameters), model_file.quantization]
    if model_file.context_length:
        parts.append(i18n.text("models.context", tokens=f"{model_file.context_length:,}"))
    return " · ".join(part for part in (*parts, model_file.licence) if part)


@QmlElement
@QmlUncreatable("made by the program")
class ModelListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are model files in the library's order; one may be the current one."""

    count_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelFile] = []
        self._problems: dict[str, str] = {}
        self._fits: dict[str, str] = {}
        self._current = ""

    def show(self, model_files: Sequence[ModelFile], missing: Sequence[MissingModel], current: str) -> None:
        """Shows these model files and those that are missing; ``current`` is the name of the one in use."""
        self.beginResetModel()
        gone = [ModelFile(entry.name, entry.path, 0, "", "", 0, 0, entry.source) for entry in missing]
        self._rows, self._current = [*model_files, *gone], current
        self._problems = {
            entry.name: " ".join(i18n.error_text(entry.error.key, entry.error.values)) for entry in missing
        }
        self.endResetModel()
        self.count_changed.emit()

    def show_fits(self, texts: dict[str, str]) -> None:
        """Shows whether each model file fits this machine, by its name."""
        self._fits = texts
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(ROLES)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        values: dict[int, Any] = {
            DISPLAY_ROLE: row.name,
            FIRST_ROLE: row.name,
            FIRST_ROLE + 1: detail_of(row),
            FIRST_ROLE + 2: row.name == self._current,
            FIRST_ROLE + 3: str(row.path),
            FIRST_ROLE + 4: bytes_text(row.bytes) if row.bytes else "",
            FIRST_ROLE + 5: i18n.text(f"models.source.{row.source}"),
            FIRST_ROLE + 6: row.source != "bundled",
            FIRST_ROLE + 7: model_name(row.name),
            FIRST_ROLE + 8: self._problems.get(row.name, ""),
            FIRST_ROLE + 9: i18n.text("models.same_as", name=model_name(row.same_as)) if row.same_as else "",
            FIRST_ROLE + 10: self._fits.get(row.name, ""),
            FIRST_ROLE + 11: row.source == "imported" and row.name not in self._problems,
        }
        return values.get(role)
