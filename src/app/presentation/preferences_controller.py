"""What the person chose for the whole program, as the Settings page and the window see it."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.library.hub_token import environment_endpoint
from app.paths import Paths
from app.presentation import strings
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.services.hub_address import is_address
from app.services.state_keeping import forget_states
from app.storage import settings
from app.storage.settings import SettingsFile

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

ZOOM_STEPS = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
ENGINE_OPTIONS = ("n_ctx", "n_threads", "idle_unload_minutes", "is_state_kept_on_disk")
CONTEXT_OPTIONS = ("context_policy", "pinned_messages")
HUB_OPTIONS = ("hub_endpoint", "download_limit_kib", "is_hub_cache_shared")


@QmlElement
@QmlUncreatable("made by the program")
class PreferencesController(QObject):  # type: ignore[operator]
    """Reads and writes the settings; a change is on disk when it is seen."""

    changed = Signal()
    languageChanged = Signal()
    engine_changed = Signal()
    hub_changed = Signal()
    context_changed = Signal()

    def __init__(
        self,
        file: SettingsFile,
        paths: Paths,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._paths = paths
        self._notifier = notifier
        self._is_hub_wrong = False
        self._flash_ms = QGuiApplication.styleHints().cursorFlashTime()
        self._follow_motion()

    def change(self, **values: object) -> None:
        """Saves some options; one that is out of range, or cannot be saved, is told and leaves all as it was."""
        current = self._file.current
        if all(getattr(current, name) == value for name, value in values.items()):
            return
        if not all(settings.is_valid(name, value) for name, value in values.items()):
            self.changed.emit()
            return
        try:
            self._file.change(**values)
        except AppError as error:
            self._notifier.show(i18n.error_sentence(error.key, error.values))
        if "is_motion_reduced" in values:
            self._follow_motion()
        if "language" in values:
            strings.use_language(self._file.current.language)
            self.languageChanged.emit()
        if not self._file.current.is_state_kept_on_disk and "is_state_kept_on_disk" in values:
            forget_states(self._paths)
        if any(name in values for name in ENGINE_OPTIONS):
            self.engine_changed.emit()
        if any(name in values for name in CONTEXT_OPTIONS):
            self.context_changed.emit()
        if any(name in values for name in HUB_OPTIONS):
            self.hub_changed.emit()
        self.changed.emit()

    def _get_theme(self) -> str:
        return self._file.current.theme

    def _set_theme(self, theme: str) -> None:
        self.change(theme=theme)

    theme = Property(str, _get_theme, _set_theme, notify=changed)

    def _get_language(self) -> str:
        return self._file.current.language

    def _set_language(self, language: str) -> None:
        self.change(language=language)

    language = Property(str, _get_language, _set_language, notify=changed)

    def _get_zoom(self) -> float:
        return self._file.current.zoom

    def _set_zoom(self, zoom: float) -> None:
        self.change(zoom=round(zoom, 2))

    zoom = Property(float, _get_zoom, _set_zoom, notify=changed)

    def _get_density(self) -> str:
        return self._file.current.density

    def _set_density(self, density: str) -> None:
        self.change(density=density)

    density = Property(str, _get_density, _set_density, notify=changed)

    def _get_motion_reduced(self) -> bool:
        return self._file.current.is_motion_reduced

    def _set_motion_reduced(self, is_reduced: bool) -> None:
        self.change(is_motion_reduced=is_reduced)

    motionReduced = Property(bool, _get_motion_reduced, _set_motion_reduced, notify=changed)

    def _get_context_length(self) -> int:
        return self._file.current.n_ctx

    def _set_context_length(self, tokens: int) -> None:
        self.change(n_ctx=tokens)

    contextLength = Property(int, _get_context_length, _set_context_length, notify=changed)

    def _get_threads(self) -> int:
        return self._file.current.n_threads

    def _set_threads(self, count: int) -> None:
        self.change(n_threads=count)

    threads = Property(int, _get_threads, _set_threads, notify=changed)

    def _get_context_policy(self) -> str:
        return self._file.current.context_policy

    def _set_context_policy(self, policy: str) -> None:
        self.change(context_policy=policy)

    contextPolicy = Property(str, _get_context_policy, _set_context_policy, notify=changed)

    def _get_pinned_messages(self) -> int:
        return self._file.current.pinned_messages

    def _set_pinned_messages(self, count: int) -> None:
        self.change(pinned_messages=count)

    pinnedMessages = Property(int, _get_pinned_messages, _set_pinned_messages, notify=changed)

    @Property(int, constant=True)
    def maxThreads(self) -> int:
        return os.cpu_count() or 1

    def _get_idle_minutes(self) -> int:
        return self._file.current.idle_unload_minutes

    def _set_idle_minutes(self, minutes: int) -> None:
        self.change(idle_unload_minutes=minutes)

    idleMinutes = Property(int, _get_idle_minutes, _set_idle_minutes, notify=changed)

    def _get_states_kept(self) -> bool:
        return self._file.current.is_state_kept_on_disk

    def _set_states_kept(self, is_kept: bool) -> None:
        self.change(is_state_kept_on_disk=is_kept)

    statesKept = Property(bool, _get_states_kept, _set_states_kept, notify=changed)

    def _get_state_quota(self) -> int:
        return self._file.current.state_quota_gib

    def _set_state_quota(self, gib: int) -> None:
        self.change(state_quota_gib=gib)

    stateQuota = Property(int, _get_state_quota, _set_state_quota, notify=changed)

    def _get_trash_days(self) -> int:
        return self._file.current.trash_days

    def _set_trash_days(self, days: int) -> None:
        self.change(trash_days=days)

    trashDays = Property(int, _get_trash_days, _set_trash_days, notify=changed)

    def _get_titled_by_model(self) -> bool:
        return self._file.current.is_titled_by_model

    def _set_titled_by_model(self, is_on: bool) -> None:
        self.change(is_titled_by_model=is_on)

    titledByModel = Property(bool, _get_titled_by_model, _set_titled_by_model, notify=changed)

    def _get_sidebar(self) -> bool:
        return self._file.current.is_sidebar_shown

    def _set_sidebar(self, is_shown: bool) -> None:
        self.change(is_sidebar_shown=is_shown)

    sidebarVisible = Property(bool, _get_sidebar, _set_sidebar, notify=changed)

    def _get_inspector(self) -> bool:
        return self._file.current.is_inspector_shown

    def _set_inspector(self, is_shown: bool) -> None:
        self.change(is_inspector_shown=is_shown)

    inspectorVisible = Property(bool, _get_inspector, _set_inspector, notify=changed)

    def _get_software_rendering(self) -> bool:
        return self._file.current.is_software_rendered

    def _set_software_rendering(self, is_on: bool) -> None:
        self.change(is_software_rendered=is_on)

    softwareRendering = Property(bool, _get_software_rendering, _set_software_rendering, notify=changed)

    def _get_hub_endpoint(self) -> str:
        return self._file.current.hub_endpoint

    def _set_hub_endpoint(self, address: str) -> None:
        address = address.strip().rstrip("/")
        self._is_hub_wrong = not is_address(address)
        if self._is_hub_wrong:
            self.changed.emit()
        else:
            self.change(hub_endpoint=address)

    hubEndpoint = Property(str, _get_hub_endpoint, _set_hub_endpoint, notify=changed)

    @Property(str, notify=changed)
    def hubProblem(self) -> str:
        return i18n.text("settings.hub_endpoint_wrong") if self._is_hub_wrong else ""

    @Property(str, constant=True)
    def hubDefault(self) -> str:
        return environment_endpoint()

    def _get_download_limit(self) -> int:
        return self._file.current.download_limit_kib

    def _set_download_limit(self, kib_per_s: int) -> None:
        self.change(download_limit_kib=kib_per_s)

    downloadLimit = Property(int, _get_download_limit, _set_download_limit, notify=changed)

    def _get_shared_cache(self) -> bool:
        return self._file.current.is_hub_cache_shared

    def _set_shared_cache(self, is_shared: bool) -> None:
        self.change(is_hub_cache_shared=is_shared)

    sharedCache = Property(bool, _get_shared_cache, _set_shared_cache, notify=changed)

    @Property("QVariantList", notify=languageChanged)
    def languages(self) -> list[dict[str, str]]:
        system = {"value": "system", "text": i18n.text("settings.language.system")}
        return [system, *({"value": name, "text": i18n.own_name(name)} for name in i18n.languages())]

    @Property(str, notify=changed)
    def notices(self) -> str:
        return "\n".join(
            i18n.text("settings.notice", name=notice.name or str(self._file.path), value=notice.value)
            for notice in self._file.notices
        )

    @Slot()
    def zoomIn(self) -> None:
        """Makes everything one step larger."""
        self.change(zoom=next((step for step in ZOOM_STEPS if step > self._file.current.zoom + 0.01), ZOOM_STEPS[-1]))

    @Slot()
    def zoomOut(self) -> None:
        """Makes everything one step smaller."""
        smaller = [step for step in ZOOM_STEPS if step < self._file.current.zoom - 0.01]
        self.change(zoom=smaller[-1] if smaller else ZOOM_STEPS[0])

    @Slot()
    def zoomReset(self) -> None:
        """Goes back to the normal size."""
        self.change(zoom=1.0)

    @Slot(int, int, int, int, bool)
    def saveGeometry(self, x: int, y: int, width: int, height: int, is_maximized: bool) -> None:
        """Keeps place and size of the window for the next start; a maximized window keeps its earlier ones."""
        if is_maximized:
            self.change(is_maximized=True)
        else:
            place = {"window_x": x, "window_y": y, "is_window_placed": True}
            self.change(window_width=width, window_height=height, is_maximized=False, **place)

    @property
    def last_place(self) -> tuple[str, str]:
        """The page and the conversation that were shown when the window was closed."""
        return self._file.current.last_page, self._file.current.last_conversation

    def _follow_motion(self) -> None:
        """The cursor of a text blinks only where motion is welcome."""
        flash_ms = 0 if self._file.current.is_motion_reduced else self._flash_ms
        QGuiApplication.styleHints().setCursorFlashTime(flash_ms)
