"""Lets the model write a title after the first reply of a conversation, when nothing else waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import ConversationNotFound
from app.domain.generation import Finished, FinishReason, GenerationEvent, TextDelta
from app.domain.messages import TitleOrigin
from app.presentation.engine_thread import EngineThread
from app.presentation.model_loader import LoadState, ModelLoader
from app.presentation.reply_line import ReplyLine
from app.services.titling import SMALLEST_MODEL, clean_title, title_request, wants_title
from app.storage.conversations import ConversationStore
from app.storage.settings import Settings

#: So long after a reply (ms) the person is reading.
IDLE_MS: Final = 1500


class TitleWriter(QObject):
    """One title at a time, of the conversation that was replied to last; a reply that is wanted ends it at once."""

    titled = Signal(str)

    def __init__(
        self,
        engine: EngineThread,
        loader: ModelLoader,
        line: ReplyLine,
        store: ConversationStore,
        settings: Callable[[], Settings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._loader = loader
        self._line = line
        self._store = store
        self._settings = settings
        self._conversation_id = ""
        self._request_id = ""
        self._answer = ""
        self._is_over = False
        self._timer = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._timer.timeout.connect(self._ask)
        line.finished.connect(self._wait)
        line.generating.connect(self._give_way)
        engine.event_arrived.connect(self._take)

    def shut_down(self) -> None:
        """Asks for no title any more; to be called before the store is closed."""
        self._is_over = True
        self._timer.stop()

    def _wait(self, conversation_id: str, _message_id: str) -> None:
        if self._settings().is_titled_by_model and not self._request_id and not self._is_over:
            self._conversation_id = conversation_id
            self._timer.start()

    def _ask(self) -> None:
        info = self._loader.info
        is_free = self._loader.state is LoadState.READY and not self._line.is_any()
        if info is None or info.parameters < SMALLEST_MODEL or not is_free:
            return
        try:
            conversation = self._store.get(self._conversation_id)
        except ConversationNotFound:
            return
        branch = self._store.path(conversation.id)
        if wants_title(conversation, branch):
            request = title_request(conversation, branch, self._settings())
            self._request_id, self._answer = request.id, ""
            self._engine.generate(request)

    def _give_way(self) -> None:
        """A reply comes next: what runs is the title or nothing, because the reply is not asked for yet."""
        self._timer.stop()
        if self._request_id:
            self._engine.cancel()

    def _take(self, event: GenerationEvent) -> None:
        if not self._request_id or event.id != self._request_id:
            return
        if isinstance(event, TextDelta):
            self._answer += event.text
        elif isinstance(event, Finished):
            self._request_id = ""
            if event.reason in (FinishReason.STOP, FinishReason.LENGTH):
                self._keep(clean_title(self._answer))

    def _keep(self, title: str) -> None:
        """Gives the title, unless the person gave one or deleted the conversation meanwhile."""
        try:
            conversation = self._store.get(self._conversation_id)
        except ConversationNotFound:
            return
        if title and conversation.title_origin is TitleOrigin.FIRST_LINE:
            self._store.rename(conversation.id, title, TitleOrigin.MODEL)
            self.titled.emit(conversation.id)
