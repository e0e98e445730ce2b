"""Whether and how long the model of the current conversation, or of the next one, thinks before it answers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.domain.generation import ThinkingChoice
from app.domain.presets import LARGEST_BUDGET
from app.presentation.model_loader import ModelLoader
from app.presentation.qml_property import Property
from app.storage.conversations import ConversationStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class ThinkingController(QObject):  # type: ignore[operator]
    """What is chosen here is kept with the conversation; before the first message it waits for it."""

    changed = Signal()

    def __init__(self, store: ConversationStore, loader: ModelLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._loader = loader
        self._conversation_id = ""
        self.choice = ThinkingChoice()
        loader.changed.connect(self.changed)

    def show(self, conversation_id: str) -> None:
        """Shows a conversation's choice; "" that of a new one."""
        self._conversation_id = conversation_id
        self.choice = self._store.get(conversation_id).thinking if conversation_id else ThinkingChoice()
        self.changed.emit()

    def keep_with(self, conversation_id: str) -> None:
        """Keeps what was chosen for a new conversation with it, now that it exists."""
        self._conversation_id = conversation_id
        if self.choice != ThinkingChoice():
            self._store.configure(conversation_id, thinking=self.choice)

    def put(self, choice: ThinkingChoice) -> None:
        """Shows another choice of the same conversation, which is in the store already."""
        self.choice = choice
        self.changed.emit()

    def _choose(self, choice: ThinkingChoice) -> None:
        if choice == self.choice:
            return
        self.choice = choice
        if self._conversation_id:
            self._store.configure(self._conversation_id, thinking=choice)
        self.changed.emit()

    @Property(bool, notify=changed)
    def canThink(self) -> bool:
        info = self._loader.info
        return info is not None and info.can_think

    @Property(bool, notify=changed)
    def canSwitch(self) -> bool:
        info = self._loader.info
        return info is not None and info.can_switch_thinking

    def _get_is_on(self) -> bool:
        info = self._loader.info
        by_default = info is not None and info.thinks_by_default
        return by_default if self.choice.is_on is None else self.choice.is_on

    def _set_is_on(self, is_on: bool) -> None:
        self._choose(replace(self.choice, is_on=is_on))

    isOn = Property(bool, _get_is_on, _set_is_on, notify=changed)

    def _get_budget(self) -> int:
        return self.choice.budget

    def _set_budget(self, tokens: int) -> None:
        self._choose(replace(self.choice, budget=min(max(tokens, 0), LARGEST_BUDGET)))

    budget = Property(int, _get_budget, _set_budget, notify=changed)
