"""The context window of the conversation that is shown: what it would hold if the draft were sent, and its policy."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.domain.generation import ContextPolicy, SamplingParameters
from app.domain.messages import Conversation, Message, Role
from app.domain.presets import MOST_PINNED
from app.presentation.context_usage import ContextUsage
from app.presentation.engine_thread import EngineThread
from app.presentation.inspector_controller import InspectorController
from app.presentation.model_loader import LoadState, ModelLoader
from app.presentation.qml_property import Property
from app.services.prompting import Prompt
from app.storage.conversations import ConversationStore
from app.storage.settings import SettingsFile

if TYPE_CHECKING:
    from app.engine.wire import Counted

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

AT_LEAST = "≥"
"""How PromptTooLong marks a number of tokens that was not counted to its end."""


@QmlElement
@QmlUncreatable("made by the program")
class ContextController(QObject):  # type: ignore[operator]
    """Counts whenever something of the prompt changes, one count at a time and the newest next; nothing is polled.

    ``view_changed`` tells the id of the first message that the model sees ("" for the draft), how many before it are
    left out (0: none), and the summary that stands for them.
    """

    changed = Signal()
    view_changed = Signal(str, int, str)

    def __init__(
        self,
        engine: EngineThread,
        loader: ModelLoader,
        store: ConversationStore,
        settings: SettingsFile,
        inspector: InspectorController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._loader = loader
        self._store = store
        self._settings = settings
        self._inspector = inspector
        self._usage = ContextUsage(self)
        self.branch: Callable[[], Sequence[Message]] = tuple
        """Gives the messages that are shown, from the root on."""
        self.draft: Callable[[], str] = str
        """Gives what the model would read of the message that is being written."""
        self._conversation_id = ""
        self._policy: ContextPolicy | None = None
        self._pinned: int | None = None
        self._summary = ""
        self._prompt = Prompt()
        self._measured: int | None = 0
        self._numbers = itertools.count()
        self._under_way = ""
        self._counted_origins: tuple[str, ...] = ()
        self._is_waiting = False
        self._to_weigh: deque[tuple[str, Callable[[int, bool], None]]] = deque()
        self._weighed: Callable[[int, bool], None] | None = None
        engine.counted.connect(self._take)
        loader.changed.connect(self._follow_load)
        loader.became_ready.connect(self.count)
        inspector.changed.connect(self.refresh)

    def show(self, conversation_id: str) -> None:
        """Goes over to another conversation, "" to a new one; `refresh` reads it."""
        self._conversation_id = conversation_id
        self._policy = self._pinned = None

    def keep_with(self, conversation_id: str) -> None:
        """Keeps what was chosen for a new conversation with it, now that it exists."""
        self._conversation_id = conversation_id
        if self._policy is not None or self._pinned is not None:
            self._store.configure(conversation_id, policy=self._policy, pinned=self._pinned)

    def put(self, policy: ContextPolicy | None, pinned: int | None) -> None:
        """Shows other choices of the same conversation, which are in the store already."""
        self._policy, self._pinned = policy, pinned
        self.refresh()

    @property
    def own(self) -> tuple[ContextPolicy | None, int | None]:
        """The policy and the pinned messages that were chosen for the conversation, None where nothing was."""
        return self._policy, self._pinned

    def refresh(self) -> None:
        """Reads the conversation again and counts."""
        conversation, branch = self._conversation(), self.branch()
        self._policy, self._pinned = conversation.policy, conversation.pinned
        self._prompt = Prompt.of(conversation, branch, self._settings.current)
        self._summary = self._prompt.summary if self._prompt.policy is ContextPolicy.SUMMARISE else ""
        self._measured = _measured(branch)
        self.count()
        self.changed.emit()

    def count(self) -> None:
        """Counts the prompt as it would be sent now, or as soon as the count that is under way is over."""
        if self._under_way:
            self._is_waiting = True
            return
        prompt = self._prompt.with_draft(self.draft())
        self._under_way = f"count-{next(self._numbers)}"
        self._counted_origins = prompt.origins
        request = prompt.request(self._under_way, SamplingParameters(), self._inspector.max_tokens)
        if self._loader.state is not LoadState.READY or not self._engine.count(request):
            self._under_way = ""
            self._show_measured()

    def weigh(self, text: str, weighed: Callable[[int, bool], None]) -> None:
        """Tells ``weighed`` how many tokens a message of ``text`` takes, after what is being counted already.

        With True it is only the least that it takes: counting ends early where the window is much too small. Where no
        model is in memory nothing is told.
        """
        self._to_weigh.append((text, weighed))
        self._weigh_next()

    def show_view(self, origins: Sequence[str], first: int, left_out: int) -> None:
        """Shows where the view of a reply that is being written begins; ``origins`` are those of its prompt."""
        is_summarised = self._get_policy() == ContextPolicy.SUMMARISE
        self._tell_view(origins, first, left_out, self._conversation().summary if is_summarised else "")

    @Property(ContextUsage, constant=True)
    def usage(self) -> ContextUsage:
        return self._usage

    def _get_policy(self) -> str:
        return str(self._policy or self._settings.current.context_policy)

    def _set_policy(self, name: str) -> None:
        if name != self._get_policy() and name in list(ContextPolicy):
            self._configure(ContextPolicy(name), self._pinned)

    policy = Property(str, _get_policy, _set_policy, notify=changed)

    def _get_pinned(self) -> int:
        return self._settings.current.pinned_messages if self._pinned is None else self._pinned

    def _set_pinned(self, count: int) -> None:
        if count != self._get_pinned() and 0 <= count <= MOST_PINNED:
            self._configure(self._policy, count)

    pinned = Property(int, _get_pinned, _set_pinned, notify=changed)

    @Slot()
    def roll(self) -> None:
        """From now on the earliest messages of this conversation are left out when it is full."""
        self._set_policy(str(ContextPolicy.ROLL))

    def _configure(self, policy: ContextPolicy | None, pinned: int | None) -> None:
        self._policy, self._pinned = policy, pinned
        if self._conversation_id:
            self._store.configure(self._conversation_id, policy=policy, pinned=pinned)
        self.refresh()

    def _conversation(self) -> Conversation:
        if self._conversation_id:
            return self._store.get(self._conversation_id)
        now = datetime.now(UTC)
        prompt = self._inspector.system_text
        return Conversation("", "", now, now, system_prompt=prompt, policy=self._policy, pinned=self._pinned)

    def _take(self, counted: Counted) -> None:
        if counted.id != self._under_way:
            return
        self._under_way = ""
        weighed, self._weighed = self._weighed, None
        if weighed is not None:
            is_least = counted.error is not None and AT_LEAST in counted.error.values.get("tokens", "")
            weighed(counted.draft_tokens or counted.tokens, is_least)
        else:
            self._show_count(counted)
        if self._is_waiting:
            self._is_waiting = False
            self.count()
        self._weigh_next()

    def _weigh_next(self) -> None:
        if self._under_way or not self._to_weigh:
            return
        text, self._weighed = self._to_weigh.popleft()
        self._under_way = f"weight-{next(self._numbers)}"
        request = Prompt().with_draft(text).request(self._under_way, SamplingParameters(), 0)
        if self._loader.state is not LoadState.READY or not self._engine.count(request):
            self._give_up_counting()

    def _give_up_counting(self) -> None:
        self._under_way, self._is_waiting, self._weighed = "", False, None
        self._to_weigh.clear()

    def _show_count(self, counted: Counted) -> None:
        self._usage.show(counted.tokens or None, counted.n_ctx, counted.error if self.draft() else None)
        if counted.error is None:
            self._tell_view(self._counted_origins, counted.first, counted.left_out, self._summary)

    def _tell_view(self, origins: Sequence[str], first: int, left_out: int, summary: str) -> None:
        message_id = origins[first] if left_out and first < len(origins) else ""
        self.view_changed.emit(message_id, left_out, summary if left_out else "")

    def _follow_load(self) -> None:
        if self._loader.state is not LoadState.READY:
            self._give_up_counting()
            self._show_measured()

    def _show_measured(self) -> None:
        """Shows what the last exchange filled, as it was measured then: without a model nothing can be counted."""
        info = self._loader.info
        self._usage.show(self._measured, info.n_ctx if info else 0)


def _measured(branch: Sequence[Message]) -> int | None:
    """Returns what the last exchange filled; None where its reply failed before that was measured."""
    reply = next((message for message in reversed(branch) if message.role is Role.ASSISTANT), None)
    if reply is None:
        return 0
    usage = reply.facts.usage
    return usage.prompt_tokens + usage.completion_tokens if usage and usage.prompt_tokens else None
