"""Where the weight of the chosen model file lies, for the Lighten page: its parts, and how finely each is stored."""

from __future__ import annotations

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
from app.presentation.library_thread import LibraryThread
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text, count_text

if TYPE_CHECKING:
    from app.library.library import Library
    from app.library.weight import Weight

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = ("part", "sizeText", "fraction", "types")


@QmlElement
@QmlUncreatable("made by the program")
class WeightModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are the parts of the model file, the heaviest first. All figures are read from its header."""

    changed = Signal()

    def __init__(self, library: LibraryThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._name = ""
        self._weight: Weight | None = None
        self._hint = ""

    def show(self, model_file: ModelFile) -> None:
        """Weighs a model file; one that cannot be read is said so in the hint."""

        def work(_library: Library) -> Weight:
            from app.library.weight import weigh  # late: this page is opened rarely

            return weigh(model_file.path)

        self._name = model_file.name
        self._library.run(
            work,
            lambda weight: self._take(model_file, weight, i18n.text("lighten.hint")),
            lambda error: self._take(model_file, None, i18n.error_sentence(error.key, error.values)),
        )

    def _take(self, model_file: ModelFile, weight: Weight | None, hint: str) -> None:
        if model_file.name != self._name:
            return
        self.beginResetModel()
        self._weight, self._hint = weight, hint
        self.endResetModel()
        self.changed.emit()

    @Property(str, notify=changed)
    def modelName(self) -> str:
        return self._name

    @Property(str, notify=changed)
    def summary(self) -> str:
        if self._weight is None:
            return ""
        return i18n.text(
            "lighten.summary",
            parameters=count_text(self._weight.parameters),
            size=bytes_text(self._weight.bytes),
            bits=f"{self._weight.bits_per_weight:.2f}",
        )

    @Property(str, notify=changed)
    def hint(self) -> str:
        return self._hint

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(ROLES)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() or self._weight is None else len(self._weight.parts)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        if self._weight is None or not 0 <= index.row() < len(self._weight.parts):
            return None
        part = self._weight.parts[index.row()]
        values: dict[int, Any] = {
            DISPLAY_ROLE: part.role,
            FIRST_ROLE: i18n.text(f"lighten.part.{part.role}"),
            FIRST_ROLE + 1: bytes_text(part.bytes),
            FIRST_ROLE + 2: part.bytes / max(self._weight.bytes, 1),
            FIRST_ROLE + 3: ", ".join(part.types),
        }
        return values.get(role)
