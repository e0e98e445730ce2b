"""The desktop's notification service, as far as a program needs it: takes what is to be shown and keeps it."""

from __future__ import annotations

import threading
from typing import Any

from jeepney import MatchRule, MessageType, message_bus, new_method_return  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

NAME = "org.freedesktop.Notifications"


class NotificationService:
    """Runs from ``with`` to its end on a session bus; ``shown`` has the summary and the body of each notification."""

    def __init__(self, session_bus: str) -> None:
        self.shown: list[tuple[str, str]] = []
        self._connection = open_dbus_connection(session_bus)
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._is_over = False

    def __enter__(self) -> NotificationService:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        rule = MatchRule(type=MessageType.method_call, interface=NAME, member="Notify")
        while not self._is_over:
            try:
                message: Any = self._connection.receive(timeout=0.2)
            except TimeoutError:
                continue
            if rule.matches(message):
                _, _, _, summary, body, *_ = message.body
                self.shown.append((summary, body))
                self._connection.send(new_method_return(message, "u", (len(self.shown),)))
