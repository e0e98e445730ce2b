"""The model picker and the Models page: what the library holds, what is chosen, whether it is in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.domain.language_model import STARTER, ModelFile
from app.presentation.library_thread import LibraryThread
from app.presentation.model_list_model import ModelListModel, detail_of
from app.presentation.model_loader import LoadState, ModelLoader
from app.presentation.notifier import Notifier
from app.presentation.qml_property import Property
from app.presentation.quantities import bytes_text, model_name
from app.services.load_text import load_notice
from app.services.measuring import PlannedLoad

if TYPE_CHECKING:
    from app.domain.fit import Machine
    from app.library.library import DiskUse, Library, MissingModel, Removal

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

IN_PLACE = "file"
OWN_SOURCES = ("downloaded", "moved")


@QmlElement
@QmlUncreatable("made by the program")
class ModelPickerController(QObject):  # type: ignore[operator]
    """Joins the library and the loader for the window."""

    changed = Signal()
    chosen_changed = Signal()

    def __init__(
        self,
        library: LibraryThread,
        look: Callable[[], Machine],
        object_to: Callable[[ModelFile], AppError | None],
        loader: ModelLoader,
        notifier: Notifier,
        planned: Callable[[ModelFile], PlannedLoad],
        parent: QObject | None = None,
    ) -> None:
        """``look`` looks at this machine; it is called in the library's thread, and slow the first time.

        ``object_to`` says in the same thread why a model file is not to be loaded unasked, ``planned`` how one would be
        loaded.
        """
        super().__init__(parent)
        self._library = library
        self._look = look
        self._object_to = object_to
        self._loader = loader
        self._notifier = notifier
        self._planned = planned
        self._models = ModelListModel(self)
        self._is_started = False
        self._disk_use: DiskUse | None = None
        loader.changed.connect(self.changed)

    @cached_property
    def _total_memory(self) -> int:
        import psutil  # late: it would delay the first frame

        return int(psutil.virtual_memory().total)

    def start(self, wanted: str | None) -> None:
        """Chooses the model file that was asked for, else the one used last, else the starter, and loads it; once.

        One that the engine died of is not loaded: the starter is, and the toast offers the other.
        """
        if self._is_started:
            return
        self._is_started = True

        def work(library: Library) -> tuple[ModelFile, AppError | None, ModelFile]:
            last = library.resolve(None)
            return last, self._object_to(last), library.resolve(STARTER)

        def begin(found: tuple[ModelFile, AppError | None, ModelFile]) -> None:
            last, objection, starter = found
            if self._loader.chosen is not None:
                return
            if objection is None:
                self._choose(last)
            else:
                self._choose(starter, is_remembered=False)
                self._tell_objection(last, objection)
            if objection is None or last != starter:
                self._loader.ensure()

        if wanted:
            self._open(wanted)
        self._library.run(work, begin)

    def refresh(self) -> None:
        """Reads the library again."""
        self._library.run(lambda library: (library.list(), library.missing()), self._show)

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
                return i18n.error_sentence(self._loader.error.key, self._loader.error.values)
            case LoadState.LOADING:
                return i18n.text("picker.state.loading", percent=f"{self._loader.progress * 100:.0f}")
            case state:
                return i18n.text(f"picker.state.{state.value}")

    @Property(str, notify=changed)
    def loadNotice(self) -> str:
        return load_notice(self._loader.info) if self._loader.info else ""

    @Property(str, notify=changed)
    def memoryText(self) -> str:
        return bytes_text(self._loader.memory_bytes) if self._loader.memory_bytes else ""

    @Property(float, notify=changed)
    def memoryFraction(self) -> float:
        memory = self._loader.memory_bytes
        return min(memory / self._total_memory, 1.0) if memory else 0.0

    @Property(str, notify=changed)
    def diskText(self) -> str:
        use = self._disk_use
        own = sum(use.by_source.get(source, 0) for source in OWN_SOURCES) if use else 0
        return i18n.text("models.disk_use", size=bytes_text(own)) if own else ""

    @Property(str, notify=changed)
    def trashText(self) -> str:
        trash = self._disk_use.trash if self._disk_use else 0
        return i18n.text("models.trash", size=bytes_text(trash)) if trash else ""

    @Slot(str)
    def choose(self, name: str) -> None:
        """Uses a model file of the library from now on and loads it."""
        self._open(name)

    def use(self, name: str, then: Callable[[], None]) -> None:
        """Uses a model file of the library from now on, and calls ``then`` when it is the chosen one."""
        self._open(name, then)

    @Slot(QUrl)
    def openFile(self, url: QUrl) -> None:
        """Takes a file into the library, in place, and uses it."""
        self._open(
            url.toLocalFile(),
            lambda: self._notifier.show(i18n.text("picker.opened", name=model_name(self._loader.chosen_name))),
        )

    @Slot(str)
    def remove(self, name: str) -> None:
        """Takes a model file out of the library; the toast brings it back.

        What Skald downloaded goes to the trash, any other file stays where it is.
        """
        self._library.run(lambda library: library.remove(name), self._tell_removal, self._say)

    def take_in(self, name: str, path: str) -> None:
        """Shows a model that has been downloaded, and offers to use it."""
        self.refresh()
        self._notifier.show(
            i18n.text("downloads.finished", name=name), i18n.text("models.use"), lambda: self._open(path)
        )

    @Slot(str)
    def moveIn(self, name: str) -> None:
        """Moves an imported file into Skald's own folder, so that it can be deleted from here and carried along."""

        def work(library: Library) -> ModelFile:
            return library.adopt(library.resolve(name).path, is_moved=True)

        def done(model_file: ModelFile) -> None:
            if self._loader.chosen_name in (name, model_file.name):
                self._choose(model_file)
                self._loader.ensure()
            self._after(i18n.text("models.moved", name=model_name(model_file.name)))

        self._notifier.show(i18n.text("models.moving", name=model_name(name)))
        self._library.run(work, done, self._say)

    @Slot(str)
    def showFolder(self, path: str) -> None:
        """Shows where a model file lies in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))

    @Slot()
    def emptyTrash(self) -> None:
        """Deletes for good what was removed, and tells how much room that gave."""
        self._library.run(
            lambda library: library.empty_trash(),
            lambda freed: self._after(i18n.text("models.trash_emptied", size=bytes_text(freed))),
            self._say,
        )

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

    def _open(self, name_or_path: str, then: Callable[[], None] = lambda: None) -> None:
        """Uses a model file by its name, or by its path: one that the library does not have yet is taken in."""

        def work(library: Library) -> ModelFile:
            if Path(name_or_path).is_file():
                known = library.resolve(name_or_path)
                return library.adopt(Path(name_or_path)) if known.source == IN_PLACE else known
            return library.resolve(name_or_path)

        def done(model_file: ModelFile) -> None:
            self._choose(model_file)
            self._loader.ensure()
            then()

        self._library.run(work, done, self._say)

    def _choose(self, model_file: ModelFile, is_remembered: bool = True) -> None:
        self._loader.choose(model_file)
        if is_remembered:
            self._library.run(lambda library: library.remember(model_file), lambda _nothing: None)
        self.refresh()
        self.chosen_changed.emit()

    def _tell_objection(self, last: ModelFile, objection: AppError) -> None:
        text = i18n.error_sentence(objection.key, {**objection.values, "name": model_name(last.name)})
        self._notifier.show(text, i18n.text("picker.try_again"), lambda: self._open(str(last.path)), stays=True)

    def _show(self, found: tuple[list[ModelFile], list[MissingModel]]) -> None:
        self._models.show(*found, self._loader.chosen_name)
        self._library.run(lambda library: library.disk_use(), self._show_disk_use)
        model_files, unloaded = found[0], self._loader.memory_bytes
        gpus = self._loader.info.gpus if self._loader.info else ()
        loads = {model_file.name: self._planned(model_file) for model_file in model_files}

        def fits(_library: Library) -> dict[str, str]:
            from app.services.local_fit import fit_texts
            from app.services.machine import with_free_memory

            return fit_texts(model_files, with_free_memory(self._look(), gpus), unloaded, loads)

        self._library.run(fits, self._models.show_fits)
        self.changed.emit()

    def _show_disk_use(self, use: DiskUse) -> None:
        self._disk_use = use
        self.changed.emit()

    def _tell_removal(self, removal: Removal) -> None:
        if removal.name == self._loader.chosen_name:
            self._library.run(lambda library: library.resolve(STARTER), self._choose)
        self.refresh()

        def undo() -> None:
            self._library.run(lambda library: library.restore(removal), lambda _nothing: self.refresh(), self._say)

        key = "picker.trashed" if removal.trashed else "picker.removed"
        text = i18n.text(key, name=removal.name, **({"size": bytes_text(removal.bytes)} if removal.trashed else {}))
        self._notifier.show(text, i18n.text("toast.undo"), undo)

    def _after(self, text: str) -> None:
        self._notifier.show(text)
        self.refresh()

    def _say(self, error: AppError) -> None:
        self._notifier.show(i18n.error_sentence(error.key, error.values))
