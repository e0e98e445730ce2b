"""Shows notifications through the desktop's own service, which Linux and BSD desktops offer on the session bus.

On Windows and macOS there is nothing of the kind without more packages; there the window asks for attention alone.
https://specifications.freedesktop.org/notification-spec/latest/
"""

from __future__ import annotations

import sys
from html import escape
from typing import Any, Final

from PySide6.QtCore import QObject

from app.presentation.side_thread import SideThread

DESKTOP_ENTRY: Final = "io.github.skald.Skald"
WITHIN_S: Final = 5.0
AS_THE_DESKTOP_LIKES: Final = -1


class DesktopNotifications(QObject):
    """Each notification takes the place of the one before it. A desktop without the service shows none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = SideThread("notifications", self)
        self._shown = 0

    def show(self, summary: str, body: str) -> None:
        """Shows two plain texts; the service reads markup in the second, so that signs of it are escaped."""
        if sys.platform.startswith(("linux", "freebsd")):
            shown = self._shown
            self._thread.run(lambda: notify(shown, summary, escape(body, quote=False)), self._remember)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.close()

    def _remember(self, number: int) -> None:
        self._shown = number


def notify(replaced: int, summary: str, body: str) -> int:
    """Asks the service on the session bus; returns the notification's number, ``replaced`` where there is none."""
    try:
        from jeepney import DBusAddress, new_method_call  # type: ignore[import-untyped]
        from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
        from jeepney.wrappers import (  # type: ignore[import-untyped]
            DBusErrorResponse,
            unwrap_msg,
        )
    except ImportError:
        return replaced
    service = DBusAddress(
        "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
    )
    hints = {"desktop-entry": ("s", DESKTOP_ENTRY), "category": ("s", "im.received")}
    values: tuple[Any, ...] = ("Skald", replaced, "skald", summary, body, [], hints, AS_THE_DESKTOP_LIKES)
    try:
        with open_dbus_connection("SESSION") as connection:
            asked = new_method_call(service, "Notify", "susssasa{sv}i", values)
            return int(unwrap_msg(connection.send_and_get_reply(asked, timeout=WITHIN_S))[0])
    except (OSError, KeyError, ValueError, TimeoutError, DBusErrorResponse):
        return replaced
