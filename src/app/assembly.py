"""Builds the objects of one window from the bottom up and joins them: the composition root's heavy half.

`app.bootstrap` imports it after the first frame.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import resources
from app.domain.errors import AppError
from app.domain.language_model import LoadRequest, ModelFile
from app.paths import Paths
from app.presentation.about_controller import AboutController
from app.presentation.backup_controller import BackupController
from app.presentation.context_controller import ContextController
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.current_conversation import CurrentConversation
from app.presentation.desktop_notifications import DesktopNotifications
from app.presentation.download_queue import DownloadQueue
from app.presentation.engine_thread import EngineThread
from app.presentation.exchange_controller import ExchangeController
from app.presentation.find_controller import FindController
from app.presentation.first_run_controller import FirstRunController
from app.presentation.folder_list_model import FolderListModel
from app.presentation.garbage import GarbageCollector
from app.presentation.hub_controller import HubController
from app.presentation.inspector_controller import InspectorController
from app.presentation.library_thread import LibraryThread
from app.presentation.load_watch import LoadWatch
from app.presentation.message_actions import MessageActions
from app.presentation.model_loader import ModelLoader
from app.presentation.model_picker_controller import ModelPickerController
from app.presentation.model_settings_controller import ModelSettingsController
from app.presentation.notifier import Notifier
from app.presentation.preferences_controller import PreferencesController
from app.presentation.preset_controller import PresetController
from app.presentation.preset_exchange import PresetExchange
from app.presentation.privacy_controller import PrivacyController
from app.presentation.reply_line import ReplyLine
from app.presentation.reply_notices import ReplyNotices
from app.presentation.request_list_model import RequestListModel
from app.presentation.search_model import SearchModel
from app.presentation.shelf_controller import ShelfController
from app.presentation.snippet_controller import SnippetController
from app.presentation.store_thread import StoreThread
from app.presentation.text_selection import TextSelection
from app.presentation.thinking_controller import ThinkingController
from app.presentation.title_writer import TitleWriter
from app.presentation.weight_model import WeightModel
from app.presentation.window_controller import Parts, WindowController
from app.services.conversing import Conversing
from app.services.describing_load import describe_load
from app.services.editing import Editing
from app.services.hub_address import host_of
from app.services.recording import ReplyRecorder
from app.storage.backups import Backups
from app.storage.conversations import ConversationStore
from app.storage.database import Database
from app.storage.downloads import DownloadStore
from app.storage.measured_memory import MeasuredMemoryStore
from app.storage.model_settings import ModelSettingsStore
from app.storage.presets import PresetStore
from app.storage.settings import Settings, SettingsFile
from app.storage.shelf import Shelf
from app.storage.tree_edits import TreeEdits

if TYPE_CHECKING:
    from app.domain.fit import Machine
    from app.engine.client import EngineClient
    from app.engine.devices import Device, EngineBuild
    from app.library.library import Library
    from app.services.exchanging import Exchanging
    from app.services.hub_access import HubAccess
    from app.services.machine import MachineProbe


class Window(QObject):
    """The objects of one window, built from the bottom up; `close` takes them down again."""

    def __init__(self, paths: Paths, settings: SettingsFile, database: Database, model: str | None) -> None:
        super().__init__()
        self._database = database
        self._garbage = GarbageCollector(self)
        store = ConversationStore(database)
        self.notifier = Notifier(self)
        self.engine = EngineThread(lambda: make_engine_client(paths, lambda: settings.current), self)

        machine = LateMachine()
        model_settings = ModelSettingsController(
            ModelSettingsStore(database),
            self.notifier,
            lambda done: self.library.run(lambda _library: machine.gpus(), done),
            self,
        )

        def prepare(model_file: ModelFile) -> Callable[[], LoadRequest]:
            general, own = settings.current, model_settings.of(model_file.name)

            def check() -> LoadRequest:
                from app.services.opening import load_request
                from app.services.tuning import Tuner
                from app.storage.tunings import TuningStore

                return load_request(model_file, general, own, Tuner(TuningStore(paths.tunings)))

            return check

        loader = ModelLoader(self.engine, prepare, self)
        line = ReplyLine(self.engine, loader, lambda pending: ReplyRecorder(store, pending), self)
        shelf = Shelf(database)
        conversations = ConversationListModel(store, shelf, self.notifier, self)
        conversations.removed.connect(lambda removed: forget_conversation(paths, self.engine, removed))
        self.store_thread = StoreThread(paths.database, self)
        search = SearchModel(self.store_thread, self.notifier, self)
        self._titles = TitleWriter(self.engine, loader, line, store, lambda: settings.current, self)
        self._titles.titled.connect(conversations.refresh)
        shelf_controller = ShelfController(shelf, self.store_thread, conversations, self.notifier, self)
        shelf_controller.purged.connect(lambda purged: forget_conversation(paths, self.engine, purged))
        inspector = InspectorController(
            store, settings, lambda: model_settings.of(loader.chosen_name), lambda: loader.chosen, self
        )
        context = ContextController(self.engine, loader, store, settings, inspector, self)
        conversing = Conversing(store, lambda: settings.current)
        thinking = ThinkingController(store, loader, self)
        current = CurrentConversation(
            store, conversing, loader, line, conversations, inspector, context, thinking, self.notifier, self
        )
        hub = self._hub = LateHub(paths, lambda: settings.current)
        self.downloads = DownloadQueue(DownloadStore(database), lambda: hub.access.downloader(), self)
        hub_controller = HubController(
            self.downloads,
            lambda: hub.access,
            machine.look,
            lambda: host_of(settings.current),
            self.notifier,
            self,
        )
        self.library = LibraryThread(lambda: open_library(paths), self)
        watch = LoadWatch(
            MeasuredMemoryStore(database),
            lambda model_file: describe_load(model_file, settings.current, model_settings.of(model_file.name)),
            loader,
            self.notifier,
            self,
        )
        picker = ModelPickerController(
            self.library, machine.look, objection_to(paths), loader, self.notifier, watch.planned, self
        )
        self.downloads.finished.connect(picker.take_in)
        editing = Editing(store, TreeEdits(store))
        messages = MessageActions(store, editing, current, conversations, picker, self.notifier, self)
        preferences = PreferencesController(settings, paths, self.notifier, self)
        preferences.hub_changed.connect(hub_controller.follow_settings)
        kept = PresetStore(database)
        exchange = PresetExchange(kept, self.notifier, self)
        presets = PresetController(kept, store, inspector, thinking, context, picker, self.notifier, exchange, self)
        privacy = PrivacyController(settings, preferences, self)
        privacy.forbidden.connect(self.downloads.pause_all)
        self._first_run = FirstRunController(settings, preferences, hub_controller, machine.look, self)
        hub_controller.failed.connect(self.notifier.show)
        self._desktop = DesktopNotifications(self)
        notices = ReplyNotices(line, store, settings, self._desktop, parent=self)
        self._about = AboutController(settings, machine.build, self.notifier, self)
        self._folders = FolderListModel(paths, self)
        weight = WeightModel(self.library, self)
        self.exchange = ExchangeController(lambda: open_exchanging(paths), conversations, self.notifier, self)
        self.exchange.imported.connect(current.reopen)
        self.backups = BackupController(Backups(paths.database, paths.backups), conversations, self.notifier, self)
        self.backups.restored.connect(self.downloads.start)
        self.backups.restored.connect(picker.refresh)
        self.controller = WindowController(
            Parts(
                store,
                loader,
                current,
                conversations,
                picker,
                preferences,
                inspector,
                self.notifier,
                weight,
                hub_controller,
                model_settings,
                RequestListModel(paths.requests, self),
                context,
                thinking,
                presets,
                SnippetController(kept, self.notifier, self),
                search,
                shelf_controller,
                messages,
                FindController(current.transcript, current.messages, self),
                TextSelection(self),
                self.exchange,
                self.backups,
                privacy,
                self._about,
                self._folders,
                notices,
                self._first_run,
                wanted_model=model,
            ),
            self,
        )

    def close(self) -> None:
        """Saves what streams, ends the engine thread and its process, closes the database."""
        self._titles.shut_down()
        self.controller.shut_down()
        self.controller.hub.close()
        self._about.close()
        self._folders.close()
        self._desktop.close()
        self._first_run.close()
        self._hub.close()
        self.exchange.close()
        self.backups.close()
        self.library.close()
        self.store_thread.close()
        self.engine.shut_down()
        self._database.close()
        self._garbage.close()


class LateHub:
    """The way to the Hub, made in the thread that needs it first: its client takes a fifth of a second to import."""

    def __init__(self, paths: Paths, settings: Callable[[], Settings]) -> None:
        self._paths = paths
        self._settings = settings
        self._lock = threading.Lock()
        self._access: HubAccess | None = None

    @property
    def access(self) -> HubAccess:
        """What knows endpoint, token, folder and limit; for any thread."""
        with self._lock:
            if self._access is None:
                from app.services.hub_access import HubAccess

                self._access = HubAccess(self._paths, self._settings)
            return self._access

    def close(self) -> None:
        """Closes the connections, if there are any."""
        if self._access is not None:
            self._access.close()


class LateMachine:
    """Looks at this machine for every thread that asks; the probe is made, and measures, at the first question."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._probe: MachineProbe | None = None

    def look(self) -> Machine:
        """Returns the machine with the memory that is free now."""
        with self._lock:
            return self._made().look()

    def gpus(self) -> tuple[Device, ...]:
        """Returns the GPUs that the engine has."""
        with self._lock:
            return tuple(device for device in self._made().build.devices if device.is_gpu)

    def build(self) -> EngineBuild:
        """Returns what the engine says of itself and its devices."""
        with self._lock:
            return self._made().build

    def _made(self) -> MachineProbe:
        if self._probe is None:
            self._probe = make_machine_probe()
        return self._probe


def make_machine_probe() -> MachineProbe:
    """Returns what looks at this machine's memory and devices."""
    from app.services.machine import MachineProbe

    return MachineProbe()


def make_engine_client(paths: Paths, settings: Callable[[], Settings]) -> EngineClient:
    """Returns the client of the engine; imported late, because the first frame does not wait for it."""
    from app.engine.client import EngineClient
    from app.engine.load_marks import LoadMarks
    from app.services.state_keeping import state_keeping
    from app.storage.tunings import TuningStore

    return EngineClient(
        paths.logs / "engine.log",
        keeping=lambda: state_keeping(paths, settings()),
        marks=LoadMarks(paths.loads),
        on_tuned=TuningStore(paths.tunings).keep,
    )


def forget_conversation(paths: Paths, engine: EngineThread, conversation_id: str) -> None:
    """Lets nothing of a deleted conversation stay but what brings it back; an engine that runs hears of it, too."""
    from app.services.state_keeping import forget_states

    forget_states(paths, conversation_id)
    engine.forget(conversation_id)


def objection_to(paths: Paths) -> Callable[[ModelFile], AppError | None]:
    """Returns what says why a model file is not to be loaded unasked; imported late as well."""

    def objection(model_file: ModelFile) -> AppError | None:
        from app.services.load_guard import LoadGuard

        return LoadGuard(paths).objection(model_file)

    return objection


def open_library(paths: Paths) -> tuple[Library, Callable[[], None]]:
    """Returns the library with a connection to the database of its own, and what closes it."""
    from app.library.library import Library
    from app.library.surroundings import Surroundings
    from app.storage.model_files import ModelFileStore

    database = Database.open(paths.database)
    return Library(ModelFileStore(database), resources.starter_model(), paths, Surroundings.here()), database.close


@contextmanager
def open_exchanging(paths: Paths) -> Iterator[Exchanging]:
    """Gives what exports and imports, with a connection to the database of its own."""
    from app.services.exchanging import Exchanging
    from app.storage.archive import ConversationArchive

    with Database.open(paths.database) as database:
        yield Exchanging(ConversationArchive(database))
