"""`Property` of PySide6 as mypy can read it: reading one gives the value of its getter.

The stubs of PySide6 say that reading a property gives the `Property` object itself. At run time this is PySide6's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Generic, TypeVar, overload

    from PySide6.QtCore import Signal

    T = TypeVar("T")

    class Readable(Generic[T]):
        """A property that can be read and, where it has a setter, written."""

        def __get__(self, instance: object, owner: type | None = None) -> T: ...
        def __set__(self, instance: object, value: T) -> None: ...

    @overload
    def Property(
        kind: type | str, *, notify: Signal = ..., constant: bool = ...
    ) -> Callable[[Callable[[Any], T]], Readable[T]]: ...
    @overload
    def Property(
        kind: type | str, fget: Callable[[Any], T], fset: Callable[[Any, T], None], *, notify: Signal = ...
    ) -> Readable[T]: ...
    def Property(*_arguments: Any, **_options: Any) -> Any:
        """As `PySide6.QtCore.Property`; ``kind`` is a Python type or the name of a C++ one."""
else:
    from PySide6.QtCore import Property

__all__ = ["Property"]
