"""Gives the drawings of formulas to rich text, as pictures of the size and colour that `FormulaText` asks for."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

from app.markup.formulas import Drawing
from app.presentation.formula_drawer import formula_drawer

MAX_PIXELS: Final = 16_000_000


class FormulaPictures(QQuickImageProvider):
    """Serves ``image://formula/KEY/COLOUR/WIDTH/HEIGHT/BASELINE/EM`` from what is drawn already.

    Sizes are pixels of the screen, BASELINE is counted from the top, EM in
    thousandths of a pixel. A drawing that is kept no longer is an empty picture.
    """

    def __init__(self) -> None:
        # WORKAROUND: not asynchronous. Qt's reader asks a provider for its type under a lock that the window's thread
        # wants while it holds the interpreter's (both wait for ever, PySide6 6.11); Qt only grumbles of it on stderr.
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # Qt names it so
        del requestedSize
        key, colour, *numbers = id.split("/")
        width, height, baseline, em = (int(number) for number in numbers)
        drawing = formula_drawer().drawing_of_key(key)
        image = paint(drawing, QColor(f"#{colour}"), QSize(width, height), baseline, em / 1000)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def paint(drawing: Drawing | None, colour: QColor, size: QSize, baseline: int, em: float) -> QImage:
    """Returns a picture of ``size`` with the drawing in it, ``baseline`` and ``em`` in pixels."""
    if size.width() * size.height() > MAX_PIXELS:
        drawing, size = None, QSize(1, 1)
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    if drawing is None:
        return image
    renderer = QSvgRenderer(QByteArray(drawing.svg.replace("currentColor", colour.name()).encode()))
    painter = QPainter(image)
    painter.setOpacity(colour.alphaF())
    top = baseline - drawing.ascent * em
    renderer.render(painter, QRectF(0, top, drawing.width * em, (drawing.ascent + drawing.descent) * em))
    painter.end()
    return image
