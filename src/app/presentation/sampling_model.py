"""The numbers of the sampling parameters as rows, each with what a control needs to show and change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.generation import SamplingParameters
from app.domain.sampling import RANGES, is_whole
from app.presentation.rows import Rows

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

COMMON: Final = ("temperature", "top_p", "min_p", "top_k")
FURTHER: Final = tuple(name for name in RANGES if name not in COMMON)

_HEADINGS: Final = {
    "repeat_penalty": "repetition",
    "top_n_sigma": "narrowing",
    "dynatemp_range": "dynamic",
    "mirostat": "mirostat",
}
"""What begins a group, and the name of its heading."""


@QmlElement
@QmlUncreatable("made by the program")
class SamplingModel(Rows, QAbstractListModel):  # type: ignore[operator]
    """Rows are some of the numbers of `SamplingParameters`, in a fixed order."""

    count_changed = Signal()

    ROLES = (
        "key", "kind", "control", "name", "note", "heading", "number", "shown", "lowest", "highest", "step",
    )  # fmt: skip

    def __init__(
        self, names: Sequence[str], sampling: Callable[[], SamplingParameters], parent: QObject | None = None
    ) -> None:
        """``sampling`` gives the parameters as they stand; `touch` tells that they changed."""
        super().__init__(parent)
        self._rows: list[str] = list(names)
        self._sampling = sampling

    def value(self, row: str, role: str) -> Any:
        limits = RANGES[row]
        match role:
            case "key":
                return row
            case "kind":
                return "whole" if is_whole(row) else "real"
            case "control":
                return row.replace("_", "-")
            case "name":
                return i18n.text(f"sampling.{row}")
            case "note":
                return i18n.text(f"sampling.note.{row}")
            case "heading":
                return i18n.text(f"sampling.group.{_HEADINGS[row]}") if row in _HEADINGS else ""
            case "lowest":
                return limits.ends[0]
            case "highest":
                return limits.ends[1]
            case "step":
                return limits.step
        number = min(max(getattr(self._sampling(), row), limits.ends[0]), limits.highest)
        return number if role == "number" else shown(row, number)


def decimals(name: str) -> int:
    """Returns with how many decimals a number is set."""
    exponent = Decimal(str(RANGES[name].step)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def shown(name: str, number: float) -> str:
    """Returns a number as it is shown: the word for "off" where that is what it means."""
    return i18n.text("inspector.off") if number == RANGES[name].off else f"{number:.{decimals(name)}f}"
