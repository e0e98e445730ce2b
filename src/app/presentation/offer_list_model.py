"""What can be downloaded, as rows: recommended models, or what a search on the Hub found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.qml_property import Property
from app.presentation.rows import Rows

if TYPE_CHECKING:
    from app.services.offers import Offer, VariantOffer

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class OfferListModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are repositories. One whose files were asked for has a choice of quantizations."""

    count_changed = Signal()

    ROLES = (
        "title", "repository", "detail", "reason", "fit", "isTooBig", "asked", "variants", "chosen", "problem", "gated",
    )  # fmt: skip

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Offer] = []
        self._states: dict[str, str] = {}
        self._problems: dict[str, str] = {}
        self._variants: dict[str, list[VariantOffer]] = {}
        self._chosen: dict[str, str] = {}

    def show(self, offers: Sequence[Offer]) -> None:
        """Shows these repositories, closed."""
        for known in (self._states, self._problems, self._variants, self._chosen):
            known.clear()
        self.replace_rows(offers)

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

    def has(self, repository: str) -> bool:
        """Returns whether a repository has a row."""
        return any(row.repository == repository for row in self._rows)

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

    def value(self, row: Offer, role: str) -> Any:
        match role:
            case "title" | "repository" | "reason":
                return getattr(row, role)
            case "detail":
                return _detail(row)
            case "fit":
                return (self._chosen_offer(row.repository) or row).fit
            case "isTooBig":
                return (self._chosen_offer(row.repository) or row).kind == "too_big"
            case "asked":
                return self._states.get(row.repository, "closed")
            case "variants":
                return [_choice(variant) for variant in self._variants.get(row.repository, [])]
            case "chosen":
                return self.chosen(row.repository)
            case "problem":
                return self._problems.get(row.repository, "")
            case _:
                return i18n.text("offers.gated") if row.gated else ""

    def _chosen_offer(self, repository: str) -> VariantOffer | None:
        name = self.chosen(repository)
        return next((variant for variant in self._variants.get(repository, []) if variant.name == name), None)

    def _touch(self, repository: str) -> None:
        for at, row in enumerate(self._rows):
            if row.repository == repository:
                self.dataChanged.emit(self.index(at), self.index(at))


def _detail(offer: Offer) -> str:
    from app.services.offers import line_of

    return f"{offer.owner} · {line_of(offer)}"


def _choice(variant: VariantOffer) -> dict[str, str]:
    key = "offers.variant_recommended" if variant.is_recommended else "offers.variant"
    text = i18n.text(key, name=variant.name, size=i18n.size(variant.bytes))
    return {"value": variant.name, "text": f"{text} + {i18n.text('offers.vision')}" if variant.has_projector else text}
