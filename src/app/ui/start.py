"""Starts the QML engine: the environment Qt reads, the walls against the network, the empty window, what fills it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QMetaObject, QObject, Qt, QUrl
from PySide6.QtQml import QQmlApplicationEngine

from app.presentation import strings  # noqa: F401  (a type that QML makes by itself)
from app.ui.no_network import DenyingAccessManagerFactory

if TYPE_CHECKING:
    from PySide6.QtQuick import QQuickWindow

FOLDER = Path(__file__).resolve().parent
RENDER_NODES = Path("/dev/dri")


def prepare_environment(
    is_software_rendered: bool,
    environment: MutableMapping[str, str] = os.environ,
    render_nodes: Path = RENDER_NODES,
) -> None:
    """Sets what Qt reads before the application object is made; what the person set already stays.

    Without a GPU Qt would draw through llvmpipe, which costs more memory and time than its own software backend.
    """
    environment.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")
    if is_software_rendered or not has_render_node(render_nodes):
        environment.setdefault("QT_QUICK_BACKEND", "software")


def has_render_node(render_nodes: Path = RENDER_NODES) -> bool:
    """Returns whether a GPU can draw: on Linux where there is a render node, elsewhere always."""
    return not sys.platform.startswith("linux") or any(render_nodes.glob("renderD*"))


class WindowEngine(QQmlApplicationEngine):
    """A QML engine that can fetch nothing from the network and keeps its warnings for who asks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.seen_warnings: list[str] = []
        self._factory = DenyingAccessManagerFactory()
        self.setNetworkAccessManagerFactory(self._factory)
        self.warnings.connect(self._keep)

    @property
    def window(self) -> QQuickWindow:
        """The window that was loaded last. Raises IndexError where QML could not be loaded."""
        return cast("QQuickWindow", self.rootObjects()[-1])

    def show(self, name: str, properties: Mapping[str, Any]) -> None:
        """Loads one of our QML files with the properties that it requires."""
        self.setInitialProperties(dict(properties))
        self.load(QUrl.fromLocalFile(str(FOLDER / name)))

    def prepare_contents(self) -> None:
        """Makes types, fonts and icons ready; an empty window needs none of them."""
        from app.presentation import code_highlighting, formula_text  # noqa: F401  (types that QML makes by itself)
        from app.ui import fonts
        from app.ui.formula_pictures import FormulaPictures
        from app.ui.icons import IconProvider

        fonts.substitute()
        if self.imageProvider("icon") is None:
            self.addImageProvider("icon", IconProvider())
            self.addImageProvider(formula_text.PROVIDER, FormulaPictures())

    def _keep(self, warnings: list[Any]) -> None:
        self.seen_warnings.extend(warning.toString() for warning in warnings)


def open_window(properties: Mapping[str, Any]) -> WindowEngine:
    """Shows the window, empty; it has no root object where QML could not be loaded.

    ``properties`` are those that ``Main.qml`` requires: its size, theme and zoom.
    """
    engine = WindowEngine()
    engine.show("Main.qml", properties)
    return engine


def after_first_frame(engine: WindowEngine, call: Callable[[], None]) -> None:
    """Calls back once, when the window has shown its first frame. The engine is not kept alive by it."""
    if not engine.rootObjects():
        return
    connections: list[QMetaObject.Connection] = []

    def shown() -> None:  # names neither the engine nor itself: a cycle would outlive what QML binds to
        QObject.disconnect(connections.pop())
        call()

    connections.append(engine.window.frameSwapped.connect(shown))


def fill(engine: WindowEngine, controller: QObject) -> None:
    """Fills the window with what belongs to ``controller``."""
    engine.prepare_contents()
    engine.window.setProperty("controller", controller)


def bring_to_front(window: QQuickWindow, token: str = "") -> None:
    """Shows a window above all others; ``token`` is what a Wayland desktop wants to see for that."""
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowStates(window.windowStates() & ~Qt.WindowState.WindowMinimized)
    window.setVisible(True)
    window.raise_()
    window.requestActivate()


def refuse(engine: WindowEngine, text: str, remedy: str) -> None:
    """Shows a small window in place of the empty one: why Skald cannot start, and what helps."""
    sys.stderr.write(f"skald: {text} {remedy}\n")
    empty = engine.window
    engine.prepare_contents()
    engine.show("Refusal.qml", {"reason": text, "remedy": remedy})
    empty.close()
