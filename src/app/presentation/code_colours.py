"""The colours of highlighted code, by role, for the light and the dark theme."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtGui import QColor, QTextCharFormat

LIGHT: Final = {
    "attribute": "#0550ae",
    "builtin": "#0550ae",
    "comment": "#5f6871",
    "decorator": "#7a3fd0",
    "deleted": "#a40e26",
    "function": "#7a3fd0",
    "heading": "#0550ae",
    "inserted": "#116329",
    "keyword": "#b81f2c",
    "number": "#0550ae",
    "operator": "#8a3038",
    "preproc": "#8a3d00",
    "string": "#0a5c36",
    "tag": "#116329",
    "type": "#7a4d00",
    "variable": "#8a3d00",
}
DARK: Final = {
    "attribute": "#79c0ff",
    "builtin": "#79c0ff",
    "comment": "#8b949e",
    "decorator": "#d2a8ff",
    "deleted": "#ff9492",
    "function": "#d2a8ff",
    "heading": "#79c0ff",
    "inserted": "#7ee787",
    "keyword": "#ff7b72",
    "number": "#79c0ff",
    "operator": "#ffa198",
    "preproc": "#ffa657",
    "string": "#8ddb8c",
    "tag": "#7ee787",
    "type": "#f0c674",
    "variable": "#ffa657",
}


@cache
def formats(is_dark: bool) -> dict[str, QTextCharFormat]:
    """Returns the text format of each role."""
    made: dict[str, QTextCharFormat] = {}
    for role, colour in (DARK if is_dark else LIGHT).items():
        made[role] = QTextCharFormat()
        made[role].setForeground(QColor(colour))
    return made
