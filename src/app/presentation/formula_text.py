"""Puts drawings in the place of the formulas of rich text: QML says which text, size and colour.

This is the one place where an image tag comes into being. Its address is ours alone (``image://formula/`` and then
hexadecimal digits and numbers), so nothing that a model writes can become one; a test holds that.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication
from PySide6.QtQml import QmlElement

from app.markup import rich_text
from app.presentation.formula_drawer import formula_drawer, key_of
from app.presentation.qml_property import Property

if TYPE_CHECKING:
    from app.markup.formulas import Drawing

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

QVariantList: Final = "QVariantList"
"""The name of the C++ type; the tool that describes properties to qmllint wants it as a name."""

PROVIDER: Final = "formula"
LINK: Final = "formula:"
"""Begins the link around a drawing, by which its source is found when the pointer rests on it; it leads nowhere."""
OBJECT: Final = "\ufffc"
"""What stands for a picture in the text of a Qt document."""
SCALE: Final = 1.15
"""Size of a formula beside the text: its font has smaller letters than those of an interface."""
MAX_SUNK_EM: Final = 0.09
"""A formula that goes less below the baseline (its margin is 0.05 of it) stands on it as a whole."""
_HEADING: Final = re.compile(r"<h([1-6])>")


@dataclass(frozen=True)
class Look:
    """Size of the text (logical pixels), colour (``aarrggbb``), and pixels of the screen for one."""

    size: int
    colour: str
    ratio: float


def image_tag(source: str, drawing: Drawing, look: Look, number: int) -> str:
    """Returns HTML that shows the drawing of a formula on the line of the text, as the ``number``-th of its text.

    Qt sets a picture on the baseline, or its middle at half of the font's x-height above it; for the second the
    picture gets as much room as that needs.
    """
    em = look.size * SCALE
    ascent, descent = math.ceil(drawing.ascent * em), math.ceil(drawing.descent * em)
    style = ""
    if drawing.descent > MAX_SUNK_EM or drawing.ascent < 0:
        axis = _x_height(look.size) / 2
        height = math.ceil(max(2 * descent + axis, 2 * ascent - axis))
        ascent, style = round((height + axis) / 2), ' style="vertical-align:middle"'
    else:
        height = ascent = ascent + descent
        ascent -= round(drawing.descent * em)
    width = math.ceil(drawing.width * em)
    pixels = [round(value * look.ratio) for value in (width, height, ascent)]
    place = "/".join(map(str, (key_of(source), look.colour, *pixels, round(1000 * em * look.ratio))))
    address = f"image://{PROVIDER}/{place}"
    picture = f'<img src="{address}" width="{width}" height="{height}"{style}>'
    return f'<a href="{LINK}{number}" style="text-decoration:none">{picture}</a>'


@cache
def _x_height(size: int) -> int:
    font = QFont(QGuiApplication.font())
    font.setPixelSize(size)
    return QFontMetrics(font).xHeight()


@QmlElement
class FormulaText(QObject):
    """``shown`` is ``html`` with the formulas that are drawn by now; the others show their source.

    ``sizes`` are those of the text and of headings from the first level on, in logical pixels; ``colour`` is the ink's.
    """

    htmlChanged = Signal()
    sizesChanged = Signal()
    colourChanged = Signal()
    ratioChanged = Signal()
    shownChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._html = ""
        self._sizes: list[int] = []
        self._colour = ""
        self._ratio = 1.0
        self._shown = ""
        self._sources: list[str] = []
        self._waiting: set[str] = set()
        formula_drawer().drawn.connect(self._take)

    def _get_html(self) -> str:
        return self._html

    def _set_html(self, text: str) -> None:
        if text != self._html:
            self._html = text
            self.htmlChanged.emit()
            self._update()

    html = Property(str, _get_html, _set_html, notify=htmlChanged)

    def _get_sizes(self) -> list[int]:
        return self._sizes

    def _set_sizes(self, sizes: list[int]) -> None:
        if sizes != self._sizes:
            self._sizes = [int(size) for size in sizes]
            self.sizesChanged.emit()
            self._update()

    sizes = Property(QVariantList, _get_sizes, _set_sizes, notify=sizesChanged)

    def _get_colour(self) -> str:
        return self._colour

    def _set_colour(self, colour: str) -> None:
        if colour != self._colour:
            self._colour = colour
            self.colourChanged.emit()
            self._update()

    colour = Property(str, _get_colour, _set_colour, notify=colourChanged)

    def _get_ratio(self) -> float:
        return self._ratio

    def _set_ratio(self, ratio: float) -> None:
        if ratio != self._ratio:
            self._ratio = ratio
            self.ratioChanged.emit()
            self._update()

    ratio = Property(float, _get_ratio, _set_ratio, notify=ratioChanged)

    @Property(str, notify=shownChanged)
    def shown(self) -> str:
        return self._shown

    @Slot(str, result=str)
    def hint(self, link: str) -> str:
        """Returns what is said of a link that the pointer rests on: its address, or the source of a formula."""
        number = link.removeprefix(LINK)
        if number == link:
            return link
        return self._sources[int(number)] if number.isdigit() and int(number) < len(self._sources) else ""

    @Slot(str, str)
    def copy(self, before: str, selected: str) -> None:
        """Copies text of the document with the sources of its formulas; ``before`` is what stands before it."""
        sources = iter(self._sources[before.count(OBJECT) :])
        text = re.sub(OBJECT, lambda _: next(sources, ""), selected)
        QGuiApplication.clipboard().setText(text.replace("\u2029", "\n").replace("\u2028", "\n"))

    @Slot(str)
    def _take(self, source: str) -> None:
        if source in self._waiting:
            self._update()

    def _update(self) -> None:
        self._waiting.clear()
        self._sources = []
        shown = self._html
        if "<var>" in shown and self._sizes and self._colour:
            heading = _HEADING.match(shown)
            size = self._sizes[min(int(heading[1]) if heading else 0, len(self._sizes) - 1)]
            look = Look(size, f"{QColor(self._colour).rgba():08x}", self._ratio)
            shown = rich_text.FORMULA.sub(lambda found: self._formula(found, look), shown)
        if shown != self._shown:
            self._shown = shown
            self.shownChanged.emit()

    def _formula(self, found: re.Match[str], look: Look) -> str:
        source = rich_text.text_of(found[1])
        drawing = formula_drawer().drawing(source)
        if drawing is None:
            if not formula_drawer().is_known(source):
                self._waiting.add(source)
                formula_drawer().request(source)
            return found[0]
        self._sources.append(source)
        return image_tag(source, drawing, look, len(self._sources) - 1)
