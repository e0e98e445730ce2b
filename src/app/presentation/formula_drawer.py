"""Draws formulas beside the window's thread, and keeps what was drawn: the pictures that rich text may show.

One formula takes 17 ms, and the first 0.4 s more. A drawing has no colour and no size yet, so that another theme or
zoom needs none anew; `app.ui.formula_pictures` gives it both.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.presentation.side_thread import SideThread

if TYPE_CHECKING:
    from app.markup.formulas import Drawing

MAX_KEPT: Final = 2_000
MAX_KEPT_CHARACTERS: Final = 16_000_000
"""How many drawings are kept, and characters of SVG; those that were not wanted for longest are drawn again."""


class FormulaDrawer(QObject):
    """Gives the drawing of a formula's source, at once where it was drawn before."""

    drawn = Signal(str)

    def __init__(self, draw: Callable[[str], Drawing | None] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draw = draw or _draw
        self._thread = SideThread("formulas", self)
        self._kept: OrderedDict[str, Drawing | None] = OrderedDict()
        self._characters = 0
        self._under_way: set[str] = set()

    def is_known(self, source: str) -> bool:
        """Whether it was tried already: `drawing` says for good what there is."""
        return key_of(source) in self._kept

    def drawing(self, source: str) -> Drawing | None:
        """Returns the drawing of a formula, None where it was not tried yet or cannot be drawn."""
        key = key_of(source)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def drawing_of_key(self, key: str) -> Drawing | None:
        """Returns the drawing that `key_of` names, None where it is not kept."""
        return self._kept.get(key)

    def request(self, source: str) -> None:
        """Draws a formula beside unless that is under way; `drawn` follows with its source."""
        if source not in self._under_way:
            self._under_way.add(source)
            self._thread.run(partial(self._draw, source), partial(self._keep, source))

    def close(self) -> None:
        """Draws nothing more; a formula that is being drawn is the last one."""
        self._thread.close()

    def _keep(self, source: str, drawing: Drawing | None) -> None:
        self._under_way.discard(source)
        self._kept[key_of(source)] = drawing
        self._characters += _characters(drawing)
        while len(self._kept) > MAX_KEPT or self._characters > MAX_KEPT_CHARACTERS:
            self._characters -= _characters(self._kept.popitem(last=False)[1])
        self.drawn.emit(source)


def key_of(source: str) -> str:
    """Returns the name of a formula's drawing: hexadecimal digits, whatever the formula is."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _characters(drawing: Drawing | None) -> int:
    return len(drawing.svg) if drawing else 0


def _draw(source: str) -> Drawing | None:
    from app.markup.formulas import draw  # late: it loads markdown-it and, for the first formula, ziamath

    return draw(source)


@cache
def formula_drawer() -> FormulaDrawer:
    """Returns the one drawer of this process."""
    return FormulaDrawer()
