"""The inspector: system prompt and sampling of the current conversation, or of the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.generation import SamplingParameters
from app.domain.language_model import ModelFile
from app.domain.sampling import HIGHEST_SEED, PRESETS, RANGES, is_valid, is_whole, with_preset
from app.presentation.output_controller import OutputController
from app.presentation.qml_property import Property
from app.presentation.sampling_model import COMMON, FURTHER, SamplingModel, decimals
from app.services.sampling import starting_sampling
from app.storage.conversations import ConversationStore
from app.storage.model_settings import ModelSettings
from app.storage.settings import SettingsFile

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

RECOMMENDED = "recommended"
CUSTOM = "custom"


@QmlElement
@QmlUncreatable("made by the program")
class InspectorController(QObject):  # type: ignore[operator]
    """What is changed here is kept with the conversation; before the first message it waits for it.

    While nothing is changed the sampling is what `starting_sampling` says for the chosen model.
    """

    changed = Signal()
    presets_changed = Signal()

    def __init__(
        self,
        store: ConversationStore,
        settings: SettingsFile,
        model_settings: Callable[[], ModelSettings] = ModelSettings,
        model_file: Callable[[], ModelFile | None] = lambda: None,
        parent: QObject | None = None,
    ) -> None:
        """``model_file`` gives the chosen one and ``model_settings`` what is set for it."""
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._model_settings = model_settings
        self._model_file = model_file
        self._conversation_id = ""
        self.visit = object()
        """Another one each time a conversation is opened; a new one that gets its first message is not opened."""
        self._system_prompt = ""
        self._sampling = SamplingParameters()
        self._has_own_sampling = False
        self._presets: list[dict[str, str]] = []
        self._common = SamplingModel(COMMON, lambda: self._sampling, self)
        self._further = SamplingModel(FURTHER, lambda: self._sampling, self)
        self._output = OutputController(self._change_output, self)
        self.show("")

    def show(self, conversation_id: str) -> None:
        """Shows a conversation's values; "" those of a new one."""
        self._conversation_id, self.visit = conversation_id, object()
        own = None
        if conversation_id:
            conversation = self._store.get(conversation_id)
            self._system_prompt, own = conversation.system_prompt, conversation.sampling
        else:
            self._system_prompt = self._default_prompt()
        self._begun_with = self._system_prompt
        self._has_own_sampling = own is not None
        self._sampling = own or self._default_sampling()
        self._output.show(self._sampling)
        self._tell()

    def put(self, system_prompt: str, sampling: SamplingParameters | None) -> None:
        """Shows other values of the same conversation, which the store has already; None is no sampling of its own."""
        self._system_prompt = system_prompt
        self._has_own_sampling = sampling is not None
        self._sampling = sampling or self._default_sampling()
        self._output.show(self._sampling)
        self._tell()

    def follow_model(self) -> None:
        """Takes another model's values where nothing was changed yet."""
        if not self._conversation_id and self._system_prompt == self._begun_with:
            self._system_prompt = self._begun_with = self._default_prompt()
        if not self._has_own_sampling:
            self._sampling = self._default_sampling()
            self._output.show(self._sampling)
        self._tell()

    def retranslate(self) -> None:
        """Says everything in the language of now."""
        self._output.show(self._sampling)
        self._tell()

    def keep_with(self, conversation_id: str) -> None:
        """Keeps what was chosen for a new conversation with it, now that it exists."""
        self._conversation_id = conversation_id
        if self._has_own_sampling:
            self._store.configure(conversation_id, sampling=self._sampling)

    @property
    def conversation_id(self) -> str:
        """The conversation that is shown, "" for a new one."""
        return self._conversation_id

    @property
    def own_sampling(self) -> SamplingParameters | None:
        """The sampling that was chosen for the conversation, None where nothing was."""
        return self._sampling if self._has_own_sampling else None

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

    @Property(SamplingModel, constant=True)
    def common(self) -> SamplingModel:
        return self._common

    @Property(SamplingModel, constant=True)
    def further(self) -> SamplingModel:
        return self._further

    @Property(OutputController, constant=True)
    def output(self) -> OutputController:
        return self._output

    @Property("QVariantList", notify=presets_changed)
    def presets(self) -> list[dict[str, str]]:
        return self._presets

    @Property(str, notify=changed)
    def preset(self) -> str:
        fitting = (name for name, preset in self._known_presets().items() if self._is(preset))
        return next(fitting, CUSTOM)

    @Slot(str)
    def choosePreset(self, name: str) -> None:
        """Sets every number as a preset has it; seed, format and biases stay."""
        preset = self._known_presets().get(name)
        if preset is not None:
            self._sample(with_preset(self._sampling, preset))

    @Slot(str, float)
    def setNumber(self, name: str, value: float) -> None:
        """Sets one of the numbers; one out of its range goes to its nearest end."""
        limits = RANGES[name]
        number: float = round(min(max(value, limits.lowest), limits.highest), decimals(name))
        self._sample(replace(self._sampling, **{name: int(number) if is_whole(name) else number}))  # type: ignore[arg-type]  # the table's names

    def _get_system_prompt(self) -> str:
        return self._system_prompt

    def _set_system_prompt(self, text: str) -> None:
        if text != self._system_prompt:
            self._system_prompt = text
            if self._conversation_id:
                self._store.configure(self._conversation_id, system_prompt=text)
            self.changed.emit()

    systemPrompt = Property(str, _get_system_prompt, _set_system_prompt, notify=changed)

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
        digits = text.strip()[:20]
        seed = int(digits) % (HIGHEST_SEED + 1) if digits.isdecimal() else None
        self._sample(replace(self._sampling, seed=seed))

    seed = Property(str, _get_seed, _set_seed, notify=changed)

    @Slot()
    def reset(self) -> None:
        """Goes back to what the model, else the settings have."""
        self._sample(self._default_sampling())
        self._has_own_sampling = bool(self._conversation_id)
        self._output.show(self._sampling)

    def _default_prompt(self) -> str:
        return self._model_settings().system_prompt or self._settings.current.system_prompt

    def _default_sampling(self) -> SamplingParameters:
        return starting_sampling(self._settings.current, self._model_settings(), self._model_file())

    def _known_presets(self) -> dict[str, SamplingParameters]:
        model_file = self._model_file()
        recommended = model_file.recommended_sampling if model_file else None
        return {RECOMMENDED: recommended, **PRESETS} if recommended else PRESETS

    def _is(self, preset: SamplingParameters) -> bool:
        return with_preset(self._sampling, preset) == self._sampling

    def _change_output(self, **values: Any) -> None:
        good = {name: value for name, value in values.items() if is_valid(name, value)}
        self._sample(replace(self._sampling, **good))

    def _sample(self, fresh: SamplingParameters) -> None:
        if fresh == self._sampling:
            return
        self._sampling = fresh
        self._has_own_sampling = True
        if self._conversation_id:
            self._store.configure(self._conversation_id, sampling=fresh)
        self._tell()

    def _tell(self) -> None:
        names = [*self._known_presets(), *([CUSTOM] if self.preset == CUSTOM else [])]
        presets = [{"value": name, "text": i18n.text(f"preset.{name}")} for name in names]
        if presets != self._presets:
            self._presets = presets
            self.presets_changed.emit()
        self._common.touch()
        self._further.touch()
        self.changed.emit()
