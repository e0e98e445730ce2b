"""The inspector: system prompt and sampling of the current conversation, or of the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app.domain.generation import SamplingParameters
from app.presentation.qml_property import Property
from app.storage.conversations import ConversationStore
from app.storage.model_settings import ModelSettings
from app.storage.settings import SettingsFile

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class InspectorController(QObject):  # type: ignore[operator]
    """What is changed here is kept with the conversation; before the first message it waits for it."""

    changed = Signal()

    def __init__(
        self,
        store: ConversationStore,
        settings: SettingsFile,
        model_settings: Callable[[], ModelSettings] = ModelSettings,
        parent: QObject | None = None,
    ) -> None:
        """``model_settings`` gives what is set for the chosen model."""
        super().__init__(parent)
        self._store = store
        self._model_settings = model_settings
        self._settings = settings
        self._conversation_id = ""
        self._system_prompt = ""
        self._sampling = SamplingParameters()
        self.show("")

    def show(self, conversation_id: str) -> None:
        """Shows a conversation's values; "" those of a new one."""
        self._conversation_id = conversation_id
        if conversation_id:
            conversation = self._store.get(conversation_id)
            self._system_prompt = conversation.system_prompt
            self._sampling = conversation.sampling or self._settings.current.sampling
        else:
            self._system_prompt, self._sampling = self._defaults()
        self._begun_with = (self._system_prompt, self._sampling)
        self.changed.emit()

    def follow_model(self) -> None:
        """Takes another model's values for a new conversation in which nothing was changed yet."""
        if not self._conversation_id and (self._system_prompt, self._sampling) == self._begun_with:
            self.show("")

    def _defaults(self) -> tuple[str, SamplingParameters]:
        own, general = self._model_settings(), self._settings.current
        return own.system_prompt or general.system_prompt, own.sampling or general.sampling

    @property
    def system_text(self) -> str:
        """The system prompt as it stands."""
        return self._system_prompt

    @property
    def sampling(self) -> SamplingParameters:
        """The sampling parameters as they stand."""
        return self._sampling

    @property
    def max_tokens(self) -> int:
        """The longest reply in tokens, 0 for no limit."""
        return self._settings.current.max_tokens

    def keep_with(self, conversation_id: str) -> None:
        """Keeps what was chosen for a new conversation with it, now that it exists."""
        self._conversation_id = conversation_id
        if self._sampling != self._settings.current.sampling:
            self._store.configure(conversation_id, sampling=self._sampling)

    def _sample(self, **values: object) -> None:
        fresh = replace(self._sampling, **values)  # type: ignore[arg-type]  # names and types are our own properties'
        if fresh == self._sampling:
            return
        self._sampling = fresh
        if self._conversation_id:
            self._store.configure(self._conversation_id, sampling=fresh)
        self.changed.emit()

    def _get_system_prompt(self) -> str:
        return self._system_prompt

    def _set_system_prompt(self, text: str) -> None:
        if text != self._system_prompt:
            self._system_prompt = text
            if self._conversation_id:
                self._store.configure(self._conversation_id, system_prompt=text)
            self.changed.emit()

    systemPrompt = Property(str, _get_system_prompt, _set_system_prompt, notify=changed)

    def _get_temperature(self) -> float:
        return self._sampling.temperature

    def _set_temperature(self, value: float) -> None:
        self._sample(temperature=round(min(max(value, 0.0), 2.0), 2))

    temperature = Property(float, _get_temperature, _set_temperature, notify=changed)

    def _get_top_p(self) -> float:
        return self._sampling.top_p

    def _set_top_p(self, value: float) -> None:
        self._sample(top_p=round(min(max(value, 0.0), 1.0), 2))

    topP = Property(float, _get_top_p, _set_top_p, notify=changed)

    def _get_top_k(self) -> int:
        return self._sampling.top_k

    def _set_top_k(self, value: int) -> None:
        self._sample(top_k=min(max(value, 0), 1000))

    topK = Property(int, _get_top_k, _set_top_k, notify=changed)

    def _get_min_p(self) -> float:
        return self._sampling.min_p

    def _set_min_p(self, value: float) -> None:
        self._sample(min_p=round(min(max(value, 0.0), 1.0), 3))

    minP = Property(float, _get_min_p, _set_min_p, notify=changed)

    def _get_repeat_penalty(self) -> float:
        return self._sampling.repeat_penalty

    def _set_repeat_penalty(self, value: float) -> None:
        self._sample(repeat_penalty=round(min(max(value, 0.5), 2.0), 2))

    repeatPenalty = Property(float, _get_repeat_penalty, _set_repeat_penalty, notify=changed)

    def _get_max_tokens(self) -> int:
        return self._settings.current.max_tokens

    def _set_max_tokens(self, value: int) -> None:
        if value != self._settings.current.max_tokens and 0 <= value <= 1_000_000:
            self._settings.change(max_tokens=value)
            self.changed.emit()

    maxTokens = Property(int, _get_max_tokens, _set_max_tokens, notify=changed)

    def _get_seed(self) -> str:
        return "" if self._sampling.seed is None else str(self._sampling.seed)

    def _set_seed(self, text: str) -> None:
        digits = text.strip()
        self._sample(seed=int(digits) % 2**32 if digits.isdecimal() else None)

    seed = Property(str, _get_seed, _set_seed, notify=changed)

    @Slot()
    def reset(self) -> None:
        """Goes back to the sampling of the model, else of the settings."""
        _, defaults = self._defaults()
        self._sample(**{name: getattr(defaults, name) for name in defaults.__dataclass_fields__})
