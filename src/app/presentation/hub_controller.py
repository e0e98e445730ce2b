"""Getting models: the catalogue, a search on the Hub, the choice of a quantization, and the downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.presentation.download_list_model import DownloadListModel
from app.presentation.download_queue import DownloadQueue
from app.presentation.notifier import Notifier
from app.presentation.offer_list_model import OfferListModel
from app.presentation.qml_property import Property
from app.presentation.side_thread import SideThread

if TYPE_CHECKING:
    from app.domain.downloads import Download
    from app.domain.fit import Machine
    from app.domain.hub import HubRepository
    from app.services.hub_access import HubAccess
    from app.services.offers import Offer, VariantOffer

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class HubController(QObject):  # type: ignore[operator]
    """Asks the Hub only what the person asks for; a search begins when they press Enter.

    ``failed`` carries the sentence of what went wrong with a repository that has no row to tell it.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        queue: DownloadQueue,
        access: Callable[[], HubAccess],
        look: Callable[[], Machine],
        host: Callable[[], str],
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        """``access`` and ``look`` (at this machine) are called in a thread of this object; ``host`` names the Hub."""
        super().__init__(parent)
        self._queue = queue
        self._access = access
        self._look = look
        self._host = host
        self._notifier = notifier
        self._thread = SideThread("hub", self)
        self._repositories: dict[str, HubRepository] = {}
        self._offers = OfferListModel(self)
        self._downloads = DownloadListModel(queue, notifier, self)
        self._query = ""
        self._problem = ""
        self._is_busy = False
        self._is_shown = False
        self._has_token = False

    @Property(OfferListModel, constant=True)
    def offers(self) -> OfferListModel:
        return self._offers

    @Property(DownloadListModel, constant=True)
    def downloads(self) -> DownloadListModel:
        return self._downloads

    @Property(str, notify=changed)
    def query(self) -> str:
        return self._query

    @Property(bool, notify=changed)
    def isBusy(self) -> bool:
        return self._is_busy

    @Property(str, notify=changed)
    def problem(self) -> str:
        return self._problem

    @Property(str, notify=changed)
    def heading(self) -> str:
        return i18n.text("offers.found", query=self._query) if self._query else i18n.text("offers.recommended")

    @Property(str, notify=changed)
    def networkNote(self) -> str:
        return i18n.text("offers.network_note", host=self._host())

    @Slot()
    def show(self) -> None:
        """Shows the catalogue when the page is opened for the first time."""
        if not self._is_shown:
            self._is_shown = True
            self.clear()

    @Slot(str)
    def search(self, query: str) -> None:
        """Searches the Hub; an empty query goes back to the catalogue."""
        query = query.strip()
        if not query:
            self.clear()
            return

        def work() -> list[Offer]:
            from app.services import offers

            return offers.search(self._access().downloader().hub, query, self._look())

        self._begin(query)
        self._thread.run(
            work, lambda found: self._show_offers(query, found), lambda error: self._show_problem(query, error)
        )

    @Slot()
    def clear(self) -> None:
        """Shows the catalogue again."""
        language = i18n.language()

        def work() -> list[Offer]:
            from app.services import offers

            return offers.recommended(self._look(), language)

        self._begin("")
        self._thread.run(work, lambda found: self._show_offers("", found))

    @Slot(str)
    def open(self, repository: str) -> None:
        """Asks the Hub which quantizations a repository has."""
        self._ask(repository, lambda _known: None)

    @Slot(str, str)
    def choose(self, repository: str, variant: str) -> None:
        """Takes another quantization."""
        self._offers.choose(repository, variant)

    @Slot(str)
    def download(self, repository: str) -> None:
        """Queues the chosen quantization of a repository, else the recommended one."""
        known = self._repositories.get(repository)
        if known is not None:
            self._enqueue(known)
        else:
            self._ask(repository, self._enqueue)

    @Property(bool, notify=changed)
    def hasToken(self) -> bool:
        return self._has_token

    @Property(str, notify=changed)
    def tokenNote(self) -> str:
        return i18n.text("settings.token_there" if self._has_token else "settings.token_note", host=self._host())

    @Slot()
    def lookForToken(self) -> None:
        """Looks whether there is a token for the Hub in use."""
        self._thread.run(lambda: self._access().has_token(), self._show_token)

    @Slot(str)
    def keepToken(self, token: str) -> None:
        """Keeps a token in the system's keyring; an empty one forgets it."""

        def work() -> bool:
            self._access().keep_token(token.strip())
            return self._access().has_token()

        self._thread.run(
            work,
            self._show_token,
            lambda error: self._notifier.show(i18n.error_sentence(error.key, error.values)),
        )

    def follow_settings(self) -> None:
        """Takes up another Hub, limit or folder."""
        self._repositories.clear()
        self._thread.run(lambda: self._access().follow_settings(), lambda _nothing: self.lookForToken())
        self.changed.emit()

    def start(self) -> None:
        """Takes up the downloads that were under way when the program ended."""
        self._queue.start()

    def retranslate(self) -> None:
        """Says everything in the language in use."""
        self._downloads.refresh()
        if self._is_shown:
            self.search(self._query)

    def close(self) -> None:
        """Ends the thread; an answer that is still on its way is dropped."""
        self._thread.close()
        self._queue.close()

    def _ask(self, repository: str, then: Callable[[HubRepository], None]) -> None:
        def work() -> tuple[HubRepository, list[VariantOffer]]:
            from app.services import offers

            known = self._access().downloader().hub.repository(repository)
            return known, offers.variants(known, self._look())

        def done(result: tuple[HubRepository, list[VariantOffer]]) -> None:
            known, found = result
            self._repositories[repository] = known
            self._offers.show_variants(repository, found)
            then(known)

        def fail(error: AppError) -> None:
            sentence = i18n.error_sentence(error.key, error.values)
            if not self._offers.has(repository):
                self.failed.emit(sentence)
            self._offers.show_state(repository, "failed", sentence)

        self._offers.show_state(repository, "asking")
        self._thread.run(work, done, fail)

    def _enqueue(self, repository: HubRepository) -> None:
        from app.library.variants import choose_variant
        from app.services.downloading import planned

        wanted = self._offers.chosen(repository.id)
        variant = (choose_variant(repository.variants, wanted) if wanted else None) or repository.recommended()
        if variant is not None:
            download: Download = planned(repository, variant, self._access().folder())
            self._queue.add(download)
            self._notifier.show(i18n.text("downloads.queued", name=download.name))

    def _show_token(self, has_token: bool) -> None:
        self._has_token = has_token
        self.changed.emit()

    def _begin(self, query: str) -> None:
        self._query, self._problem, self._is_busy = query, "", True
        self.changed.emit()

    def _show_offers(self, query: str, offers: list[Offer]) -> None:
        if query != self._query:
            return
        self._is_busy = False
        self._problem = "" if offers else i18n.text("offers.none", query=query)
        self._offers.show(offers)
        self.changed.emit()

    def _show_problem(self, query: str, error: AppError) -> None:
        if query == self._query:
            self._is_busy = False
            self._problem = i18n.error_sentence(error.key, error.values)
            self._offers.show([])
            self.changed.emit()
