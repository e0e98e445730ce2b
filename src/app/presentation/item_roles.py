"""What every item model of the window shares: the numbers of its roles.

The numbers of Qt are written out here because importing its namespace `Qt` takes 40 ms, which the first frame would
wait for; a test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex

DISPLAY_ROLE: Final = 0
FIRST_ROLE: Final = 0x0101
"""The role after `Qt.ItemDataRole.UserRole`: ours begin here."""


def role_names(names: Sequence[str]) -> dict[int, QByteArray]:
    """Returns the names that QML knows our roles by, in the order of their numbers."""
    return {FIRST_ROLE + at: QByteArray(name.encode()) for at, name in enumerate(names)}
