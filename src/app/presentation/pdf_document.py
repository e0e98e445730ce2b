"""A conversation as PDF: the page of the HTML export, laid out by Qt, which fetches nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QEventLoop, QMarginsF
from PySide6.QtGui import (
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from app.domain.messages import ArchivedConversation
from app.exchange import html_page

RESOLUTION: Final = 300
"""Dots an inch."""

MARGIN_MM: Final = 20.0
_STYLE: Final = """
body { font-size: 10.5pt; } h1 { font-size: 17pt; } h2 { font-size: 13pt; } h2.author { font-size: 9pt; color: #666; }
pre { font-family: monospace; font-size: 9pt; white-space: pre-wrap; background-color: #f4f4f4; }
code { font-family: monospace; font-size: 9pt; } td, th { padding: 3px 8px; border: 1px solid #999; }
details { color: #555; } p.plain { white-space: pre-wrap; }
"""


def document(archived: ArchivedConversation) -> bytes:
    """Returns the file. For any thread."""
    loop = QEventLoop()  # a long document is laid out with the help of timers, and those want an event dispatcher
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(archived.conversation.title)
    writer.setCreator("Skald")
    writer.setResolution(RESOLUTION)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM), QPageLayout.Unit.Millimeter)
    text = QTextDocument()
    text.setDefaultStyleSheet(_STYLE)
    cursor = QTextCursor(text)
    for piece in html_page.pieces(archived):  # all at once would hold up the window, for a second where it is long
        cursor.insertHtml(piece)
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
    text.print_(writer)
    buffer.close()
    loop.quit()
    return bytes(buffer.data().data())
