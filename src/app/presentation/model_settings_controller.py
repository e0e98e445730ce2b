"""What a person sets for one model: how it is loaded, and how a new conversation with it begins."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.generation import SamplingParameters
from app.domain.load_options import LoadOptions
from app.presentation.load_options_controller import ListDevices, LoadOptionsController
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.quantities import model_name
from app.storage.model_settings import GENERAL_LAYERS, ModelSettings, ModelSettingsStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

SHORTEST_CONTEXT = 512
_MOST_LAYERS = 1000


@QmlElement
@QmlUncreatable("made by the program")
class ModelSettingsController(QObject):  # type: ignore[operator]
    """Shows the settings of one model at a time; a change is on disk when it is seen.

    ``load_changed`` and ``defaults_changed`` carry the model file's name.
    """

    changed = Signal()
    load_changed = Signal(str)
    defaults_changed = Signal(str)

    def __init__(
        self,
        store: ModelSettingsStore,
        notifier: Notifier,
        list_devices: ListDevices = lambda _done: None,
        parent: QObject | None = None,
    ) -> None:
        """``list_devices`` is as in `LoadOptionsController`."""
        super().__init__(parent)
        self._options = LoadOptionsController(list_devices, self)
        self._options.edited.connect(self._take_options)
        self._store = store
        self._notifier = notifier
        self._name = ""
        self._own = ModelSettings()

    def of(self, name: str) -> ModelSettings:
        """Returns what was set for a model."""
        return self._store.get(name)

    def keep_defaults(self, name: str, system_prompt: str, sampling: SamplingParameters) -> None:
        """Lets new conversations with a model begin with this system prompt and this sampling."""
        self._store.keep(name, replace(self._store.get(name), system_prompt=system_prompt, sampling=sampling))
        self._notifier.show(i18n.text("model_settings.kept", name=model_name(name)))
        self.defaults_changed.emit(name)

    def shorten_context(self, name: str, n_ctx: int) -> bool:
        """Halves the context window of a model, ``n_ctx`` tokens by now; returns False where it is too short for that.

        Emits ``load_changed``; `tell_shortened` says it to the person.
        """
        if n_ctx < 2 * SHORTEST_CONTEXT:
            return False
        self.open(name)
        self._change(n_ctx=n_ctx // 2)
        return True

    def tell_shortened(self) -> None:
        """Says which context window was chosen."""
        values = {"name": model_name(self._name), "tokens": f"{self._own.n_ctx:,}"}
        self._notifier.show(i18n.text("model_settings.shortened", **values))

    @Slot(str)
    def open(self, name: str) -> None:
        """Shows the settings of a model."""
        self._name, self._own = name, self._store.get(name)
        self._options.show(self._own.options)
        self.changed.emit()

    @Property(LoadOptionsController, constant=True)
    def options(self) -> LoadOptionsController:
        return self._options

    @Property(str, notify=changed)
    def title(self) -> str:
        return i18n.text("model_settings.title", name=model_name(self._name))

    def _get_context_length(self) -> int:
        return self._own.n_ctx

    def _set_context_length(self, tokens: int) -> None:
        self._change(n_ctx=min(max(tokens, 0), 1_048_576))

    contextLength = Property(int, _get_context_length, _set_context_length, notify=changed)

    def _get_has_layers(self) -> bool:
        return self._own.n_gpu_layers != GENERAL_LAYERS

    def _set_has_layers(self, is_own: bool) -> None:
        self._change(n_gpu_layers=0 if is_own else GENERAL_LAYERS)

    hasGpuLayers = Property(bool, _get_has_layers, _set_has_layers, notify=changed)

    def _get_layers(self) -> int:
        return max(self._own.n_gpu_layers, 0)

    def _set_layers(self, count: int) -> None:
        self._change(n_gpu_layers=min(max(count, 0), _MOST_LAYERS))

    gpuLayers = Property(int, _get_layers, _set_layers, notify=changed)

    def _get_system_prompt(self) -> str:
        return self._own.system_prompt

    def _set_system_prompt(self, text: str) -> None:
        self._change(system_prompt=text)

    systemPrompt = Property(str, _get_system_prompt, _set_system_prompt, notify=changed)

    @Property(bool, notify=changed)
    def hasSampling(self) -> bool:
        return self._own.sampling is not None

    @Property(str, notify=changed)
    def samplingText(self) -> str:
        sampling = self._own.sampling
        if sampling is None:
            return i18n.text("model_settings.sampling_general")
        return i18n.text(
            "model_settings.sampling",
            temperature=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            min_p=sampling.min_p,
        )

    @Slot()
    def resetSampling(self) -> None:
        """Goes back to the general sampling."""
        self._change(sampling=None)

    def _take_options(self, options: LoadOptions) -> None:
        self._change(options=options)

    def _change(self, **values: object) -> None:
        fresh = replace(self._own, **values)  # type: ignore[arg-type]  # names and types are our own properties'
        if fresh == self._own or not self._name:
            return
        is_of_load = any(
            getattr(fresh, name) != getattr(self._own, name) for name in ("n_ctx", "n_gpu_layers", "options")
        )
        self._own = fresh
        self._store.keep(self._name, fresh)
        self.changed.emit()
        (self.load_changed if is_of_load else self.defaults_changed).emit(self._name)
