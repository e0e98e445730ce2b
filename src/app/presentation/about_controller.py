"""What this Skald is, as the About section shows it, and what can be copied of it for a bug report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread
from app.storage.settings import SettingsFile

if TYPE_CHECKING:
    from app.engine.devices import EngineBuild

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class AboutController(QObject):  # type: ignore[operator]
    """Asks the engine for its devices and reads the licences when the section is first seen, beside the window."""

    changed = Signal()

    def __init__(
        self,
        settings: SettingsFile,
        build: Callable[[], EngineBuild],
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """``build`` is called in a thread of this object; it takes seconds the first time."""
        super().__init__(parent)
        self._settings = settings
        self._build = build
        self._notifier = notifier
        self._thread = SideThread("about", self)
        self._versions = self._devices = self._licences = ""

    @Property(str, notify=changed)
    def versions(self) -> str:
        return self._versions

    @Property(str, notify=changed)
    def devices(self) -> str:
        return self._devices or i18n.text("settings.devices_asking")

    @Property(str, notify=changed)
    def licences(self) -> str:
        return self._licences

    @Slot()
    def refresh(self) -> None:
        """Reads everything, once."""

        def read() -> tuple[str, str]:
            from app.services import about

            lines = [" · ".join(filter(None, (one.name, one.version, one.licence))) for one in about.licences()]
            return about.versions(), "\n".join(lines)

        def ask() -> str:
            from app.services import about

            return about.devices(self._build())

        if not self._versions:
            self._thread.run(read, self._show_versions)
            self._thread.run(ask, self._show_devices)

    @Slot()
    def copyReport(self) -> None:
        """Copies what helps with a bug report, when the engine has told its devices."""
        settings = self._settings.current
        drawing = f"Qt {qVersion()}, {QGuiApplication.platformName()}"

        def work() -> str:
            from app.services import about

            return about.report(settings, self._build(), drawing)

        self._thread.run(work, self._copy)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.close()

    def _show_versions(self, found: tuple[str, str]) -> None:
        self._versions, self._licences = found
        self.changed.emit()

    def _show_devices(self, devices: str) -> None:
        self._devices = devices or i18n.text("settings.devices_none")
        self.changed.emit()

    def _copy(self, report: str) -> None:
        QGuiApplication.clipboard().setText(report)
        self._notifier.show(i18n.text("settings.report_copied"))
