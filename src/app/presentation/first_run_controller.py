"""The first run: a language, a model that suits this machine, and that is all; it never stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.presentation.hub_controller import HubController
from app.presentation.preferences_controller import PreferencesController
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread
from app.storage.settings import SettingsFile

if TYPE_CHECKING:
    from app.domain.fit import Machine
    from app.services.offers import Offer

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

LANGUAGE, MODEL, DONE = range(3)


@QmlElement
@QmlUncreatable("made by the program")
class FirstRunController(QObject):  # type: ignore[operator]
    """Looks at the machine when the person comes to the model, and asks the network only for the download."""

    changed = Signal()

    def __init__(
        self,
        settings: SettingsFile,
        preferences: PreferencesController,
        hub: HubController,
        look: Callable[[], Machine],
        parent: QObject | None = None,
    ) -> None:
        """``look`` is called in a thread of this object; it takes seconds the first time."""
        super().__init__(parent)
        self._settings = settings
        self._preferences = preferences
        self._hub = hub
        self._look = look
        self._thread = SideThread("first run", self)
        self._step = LANGUAGE
        self._offer: Offer | None = None
        self._is_looking = False
        self._is_downloading = False
        preferences.changed.connect(self.changed)
        hub.failed.connect(self._take_back)

    @Property(bool, notify=changed)
    def isShown(self) -> bool:
        return not self._settings.current.is_introduced

    @Property(int, notify=changed)
    def step(self) -> int:
        return self._step

    @Property(str, notify=changed)
    def stepText(self) -> str:
        return i18n.text("first_run.step", number=self._step + 1, total=DONE + 1)

    @Property(bool, notify=changed)
    def isLooking(self) -> bool:
        return self._is_looking

    @Property(str, notify=changed)
    def offerTitle(self) -> str:
        return self._offer.title if self._offer else ""

    @Property(str, notify=changed)
    def offerDetail(self) -> str:
        from app.services.offers import line_of

        return line_of(self._offer) if self._offer else ""

    @Property(str, notify=changed)
    def offerFit(self) -> str:
        return self._offer.fit if self._offer else ""

    @Property(str, notify=changed)
    def offerReason(self) -> str:
        if self._is_looking:
            return i18n.text("first_run.looking")
        return self._offer.reason if self._offer else i18n.text("first_run.no_model")

    @Property(str, notify=changed)
    def doneText(self) -> str:
        return i18n.text("first_run.downloading" if self._is_downloading else "first_run.done")

    @Slot()
    def next(self) -> None:
        """Goes on; after the last step the first run is over."""
        if self._step == DONE:
            self.finish()
            return
        self._show(self._step + 1)

    @Slot()
    def back(self) -> None:
        """Goes back a step."""
        self._show(max(LANGUAGE, self._step - 1))

    @Slot()
    def download(self) -> None:
        """Downloads the model that is offered, and goes on."""
        if self._offer is not None:
            self._is_downloading = True
            self._hub.download(self._offer.repository)
            self._show(DONE)

    @Slot()
    def finish(self) -> None:
        """Ends the first run for good."""
        if self.isShown:
            self._preferences.change(is_introduced=True)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.close()

    def _show(self, step: int) -> None:
        self._step = step
        if step == MODEL:
            self._suggest()
        self.changed.emit()

    def _take_back(self) -> None:
        """Nothing is being downloaded; the toast says why."""
        self._is_downloading = False
        self.changed.emit()

    def _suggest(self) -> None:
        language = i18n.language()

        def work() -> Offer | None:
            from app.services.first_model import first_model

            return first_model(self._look(), language)

        self._is_looking = self._offer is None
        self._thread.run(work, self._take)

    def _take(self, offer: Offer | None) -> None:
        self._offer, self._is_looking = offer, False
        self.changed.emit()
