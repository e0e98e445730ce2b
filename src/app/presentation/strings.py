"""The one translator of the window: every text by its key, renewed when the language changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement, QmlSingleton

from app import i18n
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


class _LanguageChanges(QObject):
    """Tells every engine's `Strings` that the language changed."""

    happened = Signal()


_changes = _LanguageChanges()


def use_language(language: str) -> None:
    """Speaks ``language`` in every window from now on; "system" means the system's."""
    i18n.use_language(language)
    _changes.happened.emit()


@QmlElement
@QmlSingleton
class Strings(QObject):
    """`Strings.t["key"]` in QML is the text of a key in the language in use."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        _changes.happened.connect(self.changed)

    @Property("QVariantMap", notify=changed)
    def t(self) -> dict[str, str]:
        return i18n.all_texts()
