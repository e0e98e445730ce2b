"""The library as rows: every model file that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.language_model import ModelFile
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text, count_text, model_name
from app.presentation.rows import Rows

if TYPE_CHECKING:
    from app.library.library import MissingModel

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


def detail_of(model_file: ModelFile) -> str:
    """Returns what a person wants to know of a model file in one short line."""
    parts = [count_text(model_file.parameters), model_file.quantization]
    if model_file.context_length:
        parts.append(i18n.text("models.context", tokens=f"{model_file.context_length:,}"))
    return " · ".join(part for part in (*parts, model_file.licence) if part)


@QmlElement
@QmlUncreatable("made by the program")
class ModelListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are model files in the library's order; one may be the current one."""

    count_changed = Signal()

    ROLES = (
        "name", "detail", "isCurrent", "path", "sizeText", "source", "canRemove", "title", "problem", "sameAs", "fit",
        "canMove",
    )  # fmt: skip

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelFile] = []
        self._problems: dict[str, str] = {}
        self._fits: dict[str, str] = {}
        self._current = ""

    def show(self, model_files: Sequence[ModelFile], missing: Sequence[MissingModel], current: str) -> None:
        """Shows these model files and those that are missing; ``current`` is the name of the one in use."""
        gone = [ModelFile(entry.name, entry.path, 0, "", "", 0, 0, entry.source) for entry in missing]
        self._current = current
        self._problems = {entry.name: i18n.error_sentence(entry.error.key, entry.error.values) for entry in missing}
        self.replace_rows([*model_files, *gone])

    def show_fits(self, texts: dict[str, str]) -> None:
        """Shows whether each model file fits this machine, by its name."""
        self._fits = texts
        self.touch()

    def has(self, name: str) -> bool:
        """Tells whether a model file of this name is there."""
        return name not in self._problems and any(row.name == name for row in self._rows)

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    def value(self, row: ModelFile, role: str) -> Any:
        match role:
            case "name":
                return row.name
            case "title":
                return model_name(row.name)
            case "detail":
                return detail_of(row)
            case "isCurrent":
                return row.name == self._current
            case "path":
                return str(row.path)
            case "sizeText":
                return bytes_text(row.bytes) if row.bytes else ""
            case "source":
                return i18n.text(f"models.source.{row.source}")
            case "canRemove":
                return row.source != "bundled"
            case "canMove":
                return row.source == "imported" and row.name not in self._problems
            case "problem":
                return self._problems.get(row.name, "")
            case "sameAs":
                return i18n.text("models.same_as", name=model_name(row.same_as)) if row.same_as else ""
            case _:
                return self._fits.get(row.name, "")
