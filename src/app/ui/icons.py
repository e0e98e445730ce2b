"""Draws the stroke icons of ``assets/icons`` in whatever colour the theme asks for."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

from app import resources

DEFAULT_SIZE = 24


class IconProvider(QQuickImageProvider):
    """Serves ``image://icon/NAME/RRGGBB`` (or ``AARRGGBB``) from the SVG files, sharp at the size that is asked for."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # Qt names it so
        name, _, colour = id.partition("/")
        wanted = requestedSize if requestedSize.isValid() else QSize(DEFAULT_SIZE, DEFAULT_SIZE)
        image = draw_icon(name, QColor(f"#{colour}"), wanted)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def draw_icon(name: str, colour: QColor, size: QSize) -> QImage:
    """Returns an icon in ``colour`` at ``size`` (pixels). Raises FileNotFoundError for an unknown name."""
    svg = resources.asset("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour.name()).encode()))
    # QImage.fill would do, but its first call makes PySide build every enum of Qt: a tenth of the start.
    nothing = bytes(4 * size.width() * size.height())
    image = QImage(nothing, size.width(), size.height(), QImage.Format.Format_ARGB32_Premultiplied).copy()
    painter = QPainter(image)
    painter.setOpacity(colour.alphaF())
    renderer.render(painter)
    painter.end()
    return image
