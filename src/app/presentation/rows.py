"""What the window's simple item models share: rows in a list, and roles that QML knows by their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QByteArray, QModelIndex

from app.presentation.item_roles import DISPLAY_ROLE, FIRST_ROLE, Index, role_names

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractListModel as Base
else:
    Base = object


class Rows(Base):
    """Goes before `QAbstractListModel`; the subclass names its ``ROLES``, the first one for display too.

    It has a signal ``count_changed`` and a method ``value(row, role)`` that gives what QML gets. At run time this is no
    QObject, because qmllint sees of a class only what it declares itself.
    """

    ROLES: ClassVar[tuple[str, ...]] = ()
    _rows: list[Any]

    if TYPE_CHECKING:
        count_changed: Any

        def value(self, row: Any, role: str) -> Any: ...

    def replace_rows(self, rows: Sequence[Any]) -> None:
        """Shows other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        self.count_changed.emit()

    def touch(self) -> None:
        """Tells the view that any value may be another one; the rows are the same."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def roleNames(self) -> dict[int, QByteArray]:
        return role_names(self.ROLES)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = DISPLAY_ROLE) -> Any:
        at = 0 if role == DISPLAY_ROLE else role - FIRST_ROLE
        if not 0 <= index.row() < len(self._rows) or not 0 <= at < len(self.ROLES):
            return None
        return self.value(self._rows[index.row()], self.ROLES[at])
