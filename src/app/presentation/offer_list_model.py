"""What can be downloaded, as rows: recommended models, or what a search on the Hub found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names
from app.presentation.qml_property import Property

if TYPE_CHECKING:
    from app.services.offers import Offer, VariantOffer

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ROLES: Final = (
    "repository", "title", "detail", "reason", "fit", "isTooBig", "asked", "variants", "chosen", "problem", "gated",
)  # fmt: skip


@QmlElement
@QmlUncreatable("made by the program")
class OfferListModel(QAbstractListModel):  # type: ignore[operator]
    """Rows are repositories. One whose files were asked for has a choice of quantizations."""

    count_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Offer] = []
        self._states: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._variants: dict[str, list[VariantOffer]] = {}
        self._chosen: dict[str, str] = {}

    def show(self, offers: Sequence[Offer]) -> None:
        """Shows these repositories, closed."""
        self.beginResetModel()
        self._rows = list(offers)
        for known in (self._states, self._problems, self._variants, self._chosen):
            known.clear()
        self.endResetModel()
        self.count_changed.emit()

    def show_state(self, repository: str, state: str, problem: str = "") -> None:
        """Shows that a repository is being asked (``asking``), or what went wrong (``failed``)."""
        self._states[repository] = state
        self._problems[repository] = problem
        self._touch(repository)

    def show_variants(self, repository: str, variants: list[VariantOffer]) -> None:
        """Shows the quantizations of a repository; the recommended one is chosen."""
        self._variants[repository] = variants
        marked = next((variant.name for variant in variants if variant.is_recommended), "")
        self._chosen[repository] = marked
        self.show_state(repository, "open")

    def choose(self, repository: str, variant: str) -> None:
        """Remembers which quantization is to be taken."""
        self._chosen[repository] = variant
        self._touch(repository)

    def chosen(self, repository: str) -> str:
        """Returns the quantization to be taken, "" for the recommended one."""
        return self._chosen.get(repository, "")

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
        from app.services.offers import line_of

        row = self._rows[index.row()]
        chosen = self._chosen_offer(row.repository)
        values: dict[int, Any] = {
            DISPLAY_ROLE: row.title,
            FIRST_ROLE: row.repository,
            FIRST_ROLE + 1: row.title,
            FIRST_ROLE + 2: f"{row.owner} · {line_of(row)}",
            FIRST_ROLE + 3: row.reason,
            FIRST_ROLE + 4: chosen.fit if chosen else row.fit,
            FIRST_ROLE + 5: (chosen.kind if chosen else row.kind) == "too_big",
            FIRST_ROLE + 6: self._states.get(row.repository, "closed"),
            FIRST_ROLE + 7: [_choice(variant) for variant in self._variants.get(row.repository, [])],
            FIRST_ROLE + 8: self.chosen(row.repository),
            FIRST_ROLE + 9: self._problems.get(row.repository, ""),
            FIRST_ROLE + 10: i18n.text("offers.gated") if row.gated else "",
        }
        return values.get(role)

    def _chosen_offer(self, repository: str) -> VariantOffer | None:
        name = self.chosen(repository)
        return next((variant for variant in self._variants.get(repository, []) if variant.name == name), None)

    def _touch(self, repository: str) -> None:
        for at, row in enumerate(self._rows):
            if row.repository == repository:
                self.dataChanged.emit(self.index(at), self.index(at))


def _choice(variant: VariantOffer) -> dict[str, str]:
    key = "offers.variant_recommended" if variant.is_recommended else "offers.variant"
    text = i18n.text(key, name=variant.name, size=i18n.size(variant.bytes))
    return {"value": variant.name, "text": f"{text} + {i18n.text('offers.vision')}" if variant.has_projector else text}
