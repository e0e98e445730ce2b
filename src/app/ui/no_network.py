"""Keeps QML from the network: whatever a text, an image or a style asks for, nothing is sent.

Qt Quick fetches remote images of rich text by itself; this is the last of several walls against that.
"""

from __future__ import annotations

from PySide6.QtCore import QIODevice, QObject, QUrl
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest
from PySide6.QtQml import QQmlNetworkAccessManagerFactory


class DenyingAccessManager(QNetworkAccessManager):
    """Answers every request with an error before anything leaves the process."""

    def createRequest(
        self,
        op: QNetworkAccessManager.Operation,
        request: QNetworkRequest,
        outgoingData: QIODevice | None = None,
    ) -> QNetworkReply:
        request.setUrl(QUrl("denied:"))
        return super().createRequest(op, request, outgoingData)


class DenyingAccessManagerFactory(QQmlNetworkAccessManagerFactory):
    """Gives the QML engine access managers that deny."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[DenyingAccessManager] = []

    def create(self, parent: QObject) -> QNetworkAccessManager:
        manager = DenyingAccessManager(parent)
        self._made.append(manager)
        return manager
