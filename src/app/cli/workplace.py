"""The objects that a verb works with, built when they are first asked for and closed at its end."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from app import i18n, resources
from app.cli.output import Output
from app.paths import Paths
from app.storage.settings import Settings, SettingsFile

if TYPE_CHECKING:
    from app.engine.client import EngineClient
    from app.library.library import Library
    from app.services.downloading import Downloader
    from app.services.exchanging import Exchanging
    from app.services.tuning import Tuner
    from app.storage.conversations import ConversationStore
    from app.storage.database import Database
    from app.storage.measured_memory import MeasuredMemoryStore
    from app.storage.model_settings import ModelSettings
    from app.storage.presets import PresetStore


class Workplace:
    """Folders, settings, store, library and engine of one run; a context manager."""

    def __init__(self, paths: Paths, settings: SettingsFile, output: Output) -> None:
        self.paths = paths
        self.output = output
        self._settings = settings

    @property
    def settings(self) -> Settings:
        """The settings as they are on disk."""
        return self._settings.current

    @cached_property
    def database(self) -> Database:
        """The database, opened. Raises as `Database.open`."""
        from app.storage.database import Database

        return Database.open(self.paths.database)

    @cached_property
    def store(self) -> ConversationStore:
        """The conversations."""
        from app.storage.conversations import ConversationStore

        return ConversationStore(self.database)

    @property
    def presets(self) -> PresetStore:
        """The presets that a person kept."""
        from app.storage.presets import PresetStore

        return PresetStore(self.database)

    @property
    def exchanging(self) -> Exchanging:
        """What exports and imports conversations."""
        from app.services.exchanging import Exchanging
        from app.storage.archive import ConversationArchive

        return Exchanging(ConversationArchive(self.database))

    @cached_property
    def library(self) -> Library:
        """The model files."""
        from app.library.library import Library
        from app.library.surroundings import Surroundings
        from app.storage.model_files import ModelFileStore

        starter = resources.starter_model()
        return Library(ModelFileStore(self.database), starter, self.paths, Surroundings.here())

    @cached_property
    def engine(self) -> EngineClient:
        """The engine; its process starts with the first load."""
        from app.engine.client import EngineClient
        from app.engine.load_marks import LoadMarks
        from app.services.state_keeping import state_keeping
        from app.storage.tunings import TuningStore

        return EngineClient(
            self.paths.logs / "engine.log",
            keeping=lambda: state_keeping(self.paths, self.settings),
            marks=LoadMarks(self.paths.loads),
            on_tuned=TuningStore(self.paths.tunings).keep,
        )

    @property
    def tuner(self) -> Tuner:
        """What knows how models are calculated fastest here."""
        from app.services.tuning import Tuner
        from app.storage.tunings import TuningStore

        return Tuner(TuningStore(self.paths.tunings))

    def model_settings(self, name: str) -> ModelSettings:
        """What is set for one model."""
        from app.storage.model_settings import ModelSettingsStore

        return ModelSettingsStore(self.database).get(name)

    @property
    def measured(self) -> MeasuredMemoryStore:
        """What earlier loads took of memory."""
        from app.storage.measured_memory import MeasuredMemoryStore

        return MeasuredMemoryStore(self.database)

    def downloader(self, token: str | None = None) -> Downloader:
        """What downloads from the Hub in use, with ``token`` or the one that is kept for it."""
        from app.services.hub_access import make_downloader

        return make_downloader(self.paths, self.settings, token)

    def tell_notices(self) -> None:
        """Tells which settings are not used."""
        for notice in self._settings.notices:
            key = "cli.settings.notice" if notice.name else "cli.settings.unreadable"
            self.output.notice(f"skald: {i18n.text(key, name=notice.name, value=notice.value)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "engine" in self.__dict__:
            self.engine.close()
        if "database" in self.__dict__:
            self.database.close()
