"""The numbers that are written out are Qt's own."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE


def test_numbers() -> None:
    assert int(Qt.ItemDataRole.DisplayRole) == DISPLAY_ROLE
    assert int(Qt.ItemDataRole.UserRole) + 1 == FIRST_ROLE
