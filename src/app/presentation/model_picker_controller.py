"""The model picker and the Models page: what the library holds, what is chosen, whether it is in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.domain.language_model import ModelFile
from app.presentation.model_list_model import ModelListModel, detail_of
from app.presentation.model_loader import LoadState, ModelLoader
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text, model_name

if TYPE_CHECKING:
    from app.library.library import Library

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class ModelPickerController(QObject):  # type: ignore[operator]
    """Joins the library and the loader for the window."""

    changed = Signal()
    chosen_changed = Signal()

    def __init__(
        self,
        open_library: Callable[[], Library],
        loader: ModelLoader,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """``open_library`` is called after the first frame, which it would delay."""
        super().__init__(parent)
        self._open_library = open_library
        self._loader = loader
        self._notifier = notifier
        self._models = ModelListModel(self)
        loader.changed.connect(self.changed)

    @cached_property
    def _library(self) -> Library:
        return self._open_library()

    @cached_property
    def _total_memory(self) -> int:
        import psutil  # late: it would delay the first frame

        return int(psutil.virtual_memory().total)

    def start(self, wanted: str | None) -> None:
        """Chooses the model file that was asked for, else the one used last, else the starter; once."""
        if self._loader.chosen is not None:
            return
        if wanted:
            self._open(wanted)
        if self._loader.chosen is None:
            try:
                self._choose(self._library.resolve(None))
            except AppError:
                self._choose(self._library.resolve("starter"))

    def refresh(self) -> None:
        """Reads the library again."""
        self._models.show(self._library.list(), self._loader.chosen_name)
        self.changed.emit()

    @property
    def chosen(self) -> ModelFile | None:
        """The model file that replies come from."""
        return self._loader.chosen

    @Property(ModelListModel, constant=True)
    def models(self) -> ModelListModel:
        return self._models

    @Property(str, notify=changed)
    def currentName(self) -> str:
        return model_name(self._loader.chosen_name)

    @Property(str, notify=changed)
    def currentDetail(self) -> str:
        return detail_of(self._loader.chosen) if self._loader.chosen else ""

    @Property(str, notify=changed)
    def state(self) -> str:
        return self._loader.state.value

    @Property(float, notify=changed)
    def progress(self) -> float:
        return self._loader.progress

    @Property(str, notify=changed)
    def stateText(self) -> str:
        match self._loader.state:
            case LoadState.FAILED if self._loader.error:
                return " ".join(i18n.error_text(self._loader.error.key, self._loader.error.values))
            case LoadState.LOADING:
                return i18n.text("picker.state.loading", percent=f"{self._loader.progress * 100:.0f}")
            case state:
                return i18n.text(f"picker.state.{state.value}")

    @Property(str, notify=changed)
    def memoryText(self) -> str:
        return bytes_text(self._loader.memory_bytes) if self._loader.memory_bytes else ""

    @Property(float, notify=changed)
    def memoryFraction(self) -> float:
        memory = self._loader.memory_bytes
        return min(memory / self._total_memory, 1.0) if memory else 0.0

    @Slot(str)
    def choose(self, name: str) -> None:
        """Uses a model file of the library from now on and loads it."""
        self._open(name)
        self._loader.ensure()

    @Slot(QUrl)
    def openFile(self, url: QUrl) -> None:
        """Takes a file into the library, in place, and uses it."""
        if self._open(url.toLocalFile()):
            self._notifier.show(i18n.text("picker.opened", name=model_name(self._loader.chosen_name)))
        self._loader.ensure()

    @Slot(str)
    def remove(self, name: str) -> None:
        """Takes a model file out of the library; the file stays where it is, and the toast brings it back."""
        try:
            self._library.forget(name)
        except AppError as error:
            self._say(error)
            return
        if name == self._loader.chosen_name:
            self._choose(self._library.resolve("starter"))
        self.refresh()

        def undo() -> None:
            self._library.restore(name)
            self.refresh()

        self._notifier.show(i18n.text("picker.removed", name=name), i18n.text("toast.undo"), undo)

    @Slot()
    def load(self) -> None:
        """Loads the chosen model file now."""
        self._loader.ensure()

    @Slot()
    def unload(self) -> None:
        """Gives the memory back; the next message loads it again."""
        self._loader.unload()

    @Slot()
    def cancelLoad(self) -> None:
        """Stops loading."""
        self._loader.cancel()

    def _open(self, name_or_path: str) -> bool:
        try:
            is_path = Path(name_or_path).is_file()
            model_file = self._library.adopt(Path(name_or_path)) if is_path else self._library.resolve(name_or_path)
        except AppError as error:
            self._say(error)
            return False
        self._choose(model_file)
        return True

    def _choose(self, model_file: ModelFile) -> None:
        self._loader.choose(model_file)
        self._library.remember(model_file)
        self.refresh()
        self.chosen_changed.emit()

    def _say(self, error: AppError) -> None:
        self._notifier.show(" ".join(i18n.error_text(error.key, error.values)))
