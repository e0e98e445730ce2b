"""Shows every styled component with made-up content: ``python -m app.ui.gallery [--theme dark] [--screenshot FILE]``.

For who works on the look, and for the test that takes pictures of both themes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from app.presentation.attachments_controller import AttachmentsController
from app.presentation.composer_controller import ComposerController
from app.presentation.context_usage import ContextUsage
from app.presentation.notifier import Notifier
from app.presentation.snippet_menu import SnippetMenu
from app.ui import start

SETTLED_MS = 1500
"""By then code is coloured and what loads beside the window is there."""


class Gallery(QObject):
    """The gallery's window and the four objects that its components bind to."""

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.notifier = Notifier(self)
        attachments = AttachmentsController(self.notifier, lambda _text, _weighed: None, self)
        self.composer = ComposerController(lambda _: True, lambda: None, attachments, self)
        self.usage = ContextUsage(self)
        self.usage.show(1204, 8192)
        self.engine = start.WindowEngine()
        self.engine.prepare_contents()
        self.snippets = SnippetMenu(tuple, self)
        properties = {
            "composer": self.composer,
            "usage": self.usage,
            "notifier": self.notifier,
            "snippets": self.snippets,
            "themeMode": theme,
        }
        self.engine.show("Gallery.qml", properties)
        self.notifier.show("“Trip to Kyoto” was deleted.", "Undo")

    def close(self) -> None:
        """Ends QML before the objects that it binds to."""
        del self.engine

    def save_picture(self, file: Path) -> bool:
        """Saves what the window shows as a picture; False where that failed."""
        return bool(self.engine.window.grabWindow().save(str(file)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the gallery, or saves a picture of it, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--screenshot", type=Path, metavar="FILE")
    wanted = parser.parse_args(arguments)
    start.prepare_environment(is_software_rendered=False)
    application = QGuiApplication(sys.argv[:1])
    gallery = Gallery(wanted.theme)
    if not gallery.engine.rootObjects():
        return 1
    application.aboutToQuit.connect(gallery.close)
    if wanted.screenshot:
        QTimer.singleShot(SETTLED_MS, lambda: application.exit(0 if gallery.save_picture(wanted.screenshot) else 1))
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
