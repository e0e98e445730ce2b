"""The composition root of the window: the order in which it starts and ends.

Start-up
    1. `preflight` says in one sentence why Qt could not start, before Qt would abort. Where a window is open on this
       data folder, it is raised and given what was asked for, and this start ends.
    2. The settings are read; an empty window of the right size and colours shows its first frame.
    3. Only then `assembly` is imported, which takes longer than all before: the database is opened (a newer or damaged
       one is refused untouched), the objects are built from the bottom up, and the window is filled.
    4. The filled window calls `announceReady`, and the engine process starts loading the model.

Shutdown
    The last window closes, or SIGTERM or SIGINT asks: what streams is saved as stopped, the engine thread ends, the
    engine process is told to quit and killed where it does not, the database is closed.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication, QIcon

from app import __version__, crash, i18n, resources
from app.domain.errors import AppError
from app.paths import Paths
from app.storage.settings import Settings, SettingsFile
from app.ui import preflight, start

if TYPE_CHECKING:
    from app.assembly import Window
    from app.presentation.quit_signals import QuitSignals
    from app.presentation.single_instance import InstanceServer

FRAME_WITHIN_MS = 500
"""A window that shows no frame by then (minimized, another desktop) is filled all the same."""

HEAD_SEEN = QRect(0, 0, 120, 24)
"""So much of its upper edge has to be on a screen for a window to be taken hold of."""


def run_window(paths: Paths, model: str | None = None) -> int:
    """Opens the window, with ``model`` (a path or a name) if one is asked for, and returns the exit code.

    Raises AppError where it cannot even open.
    """
    settings = SettingsFile(paths.settings)
    settings.load()
    i18n.use_language(settings.current.language)
    preflight.check()
    os.environ.setdefault("QML_DISK_CACHE_PATH", str(paths.cache / "qml"))
    start.prepare_environment(is_software_rendered=settings.current.is_software_rendered)
    application = QGuiApplication(sys.argv[:1])
    application.setApplicationName("Skald")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("io.github.skald.Skald")
    application.setWindowIcon(QIcon(str(resources.asset("icons", "skald.svg"))))
    crash.install(paths.logs)
    if paths.instance.exists() and _is_handed_over(paths, model):
        return 0
    opening = Opening(paths, settings, model)
    code = application.exec() if opening.is_shown else 1
    opening.close()
    return code or opening.code


def _is_handed_over(paths: Paths, model: str | None) -> bool:
    """Asks the window that is open, if it lives; what that takes is imported only where there is a mark of one."""
    from app.presentation.single_instance import hand_over

    return hand_over(paths, model)


class Opening(QObject):
    """The window from its empty first frame to its end. ``code`` is 1 where it had to be refused."""

    def __init__(self, paths: Paths, settings: SettingsFile, model: str | None) -> None:
        super().__init__()
        self.code = 0
        self._paths, self._settings, self._model = paths, settings, model
        self._window: Window | None = None
        self._signals: QuitSignals | None = None
        self._server: InstanceServer | None = None
        self._engine = start.open_window(first_look(settings.current))
        self._wait = QTimer(self, singleShot=True, interval=FRAME_WITHIN_MS)
        self._wait.timeout.connect(self._fill)
        self._wait.start()
        start.after_first_frame(self._engine, lambda: self._wait.start(0))

    @property
    def is_shown(self) -> bool:
        """Whether QML could be loaded at all."""
        return bool(self._engine.rootObjects())

    def close(self) -> None:
        """Takes everything down in the reverse order."""
        if self._server is not None:
            self._server.close()
        if self._window is not None:
            from app.presentation.formula_drawer import formula_drawer
            from app.presentation.lexer_loader import lexer_loader

            lexer_loader().close()
            formula_drawer().close()
            self._window.close()
        del self._engine
        if self._signals is not None:
            self._signals.close()

    def _fill(self) -> None:
        from app.assembly import Window
        from app.presentation.quit_signals import QuitSignals
        from app.presentation.single_instance import InstanceServer
        from app.storage.database import Database

        self._signals = QuitSignals(QGuiApplication.quit)
        self._server = InstanceServer(self._paths, self)
        self._server.asked.connect(self._raise)
        if not self._server.listen() and _is_handed_over(self._paths, self._model):
            QGuiApplication.quit()
            return
        try:
            database = Database.open(self._paths.database)
        except AppError as error:
            self.code = 1
            start.refuse(self._engine, *i18n.error_text(error.key, error.values))
            return
        self._window = Window(self._paths, self._settings, database, self._model)
        self._window.controller.restore()
        start.fill(self._engine, self._window.controller)

    def _raise(self, model: str, token: str) -> None:
        """Shows the window above all others, with the model that a second start was asked for."""
        start.bring_to_front(self._engine.window, token)
        if model and self._window is not None:
            self._window.controller.picker.choose(model)


def first_look(settings: Settings) -> dict[str, object]:
    """Returns what the empty window needs to look like the filled one, and to stand where it stood."""
    return {
        **place(settings),
        "width": settings.window_width,
        "height": settings.window_height,
        "isMaximized": settings.is_maximized,
        "isSidebarShown": settings.is_sidebar_shown,
        "themeMode": settings.theme,
        "zoom": settings.zoom,
    }


def place(settings: Settings) -> dict[str, object]:
    """Returns where the window stood, unless it was never placed or its head would be on no screen any more."""
    head = QRect(settings.window_x, settings.window_y, settings.window_width, HEAD_SEEN.height())
    seen = (screen.availableGeometry().intersected(head) for screen in QGuiApplication.screens())
    if settings.is_window_placed and any(part.contains(HEAD_SEEN.translated(part.topLeft())) for part in seen):
        return {"x": settings.window_x, "y": settings.window_y}
    return {}
