"""Names the fonts that show Chinese in Chinese shapes, and the monospace family of code.

A system without this falls back to whatever font has the characters: with Noto CJK that is the Japanese one.
"""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication

MONOSPACE: Final = "Skald Mono"
CHINESE: Final = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
CHINESE_MONOSPACE: Final = ("Noto Sans Mono CJK SC", "Sarasa Mono SC", "WenQuanYi Micro Hei Mono")
PREFERRED: Final = {
    "win32": ("Cascadia Mono", "Consolas"),
    "darwin": ("SF Mono", "Menlo"),
    "linux": ("JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono", "Liberation Mono"),
}


def substitute() -> None:
    """Tells Qt which families stand in for the interface font and for `MONOSPACE`; needs the application object."""
    interface = QGuiApplication.font()
    QFont.insertSubstitutions(interface.family(), [QFontInfo(interface).family(), *CHINESE])
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    QFont.insertSubstitutions(
        MONOSPACE, [*PREFERRED.get(sys.platform, PREFERRED["linux"]), fixed, *CHINESE_MONOSPACE, *CHINESE]
    )
